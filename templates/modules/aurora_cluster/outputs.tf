output "cluster_identifier" {
  description = "Identifier of the cluster, once it has its instances."
  value       = aws_rds_cluster.this.cluster_identifier

  # RDS Proxy refuses a cluster while its instances are being created.
  depends_on = [aws_rds_cluster_instance.writer, aws_rds_cluster_instance.reader]
}

output "cluster_arn" {
  description = "ARN of the cluster, once it has its writer."
  value       = aws_rds_cluster.this.arn

  # The Data API runs statements on the writer.
  depends_on = [aws_rds_cluster_instance.writer]
}

output "resource_id" {
  description = "Id that IAM policies name the cluster by when people connect directly."
  value       = aws_rds_cluster.this.cluster_resource_id
}

output "endpoint" {
  description = "Address of the writer, without the proxy."
  value       = aws_rds_cluster.this.endpoint
}

output "reader_endpoint" {
  description = "Address of the readers, without the proxy."
  value       = aws_rds_cluster.this.reader_endpoint
}

output "port" {
  description = "TCP port of the cluster."
  value       = aws_rds_cluster.this.port
}
# {% if variant.secondary %}
# {% elif variant.managed_password %}

output "master_secret_arn" {
  description = "ARN of the secret that AWS keeps the master password in."
  value       = aws_rds_cluster.this.master_user_secret[0].secret_arn
}
# {% else %}

output "master_secret_arn" {
  description = "ARN of the secret with the master user's name and password."
  value       = aws_secretsmanager_secret_version.master.arn
}
# {% endif %}
