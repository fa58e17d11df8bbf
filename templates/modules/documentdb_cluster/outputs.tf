output "arn" {
  description = "ARN of the cluster."
  value       = aws_docdb_cluster.this.arn
}

output "endpoint" {
  description = "Address of the instance that writes."
  value       = aws_docdb_cluster.this.endpoint
}

output "reader_endpoint" {
  description = "Address of the readers."
  value       = aws_docdb_cluster.this.reader_endpoint
}

output "resource_id" {
  description = "Id that AWS gives the cluster, another one for a cluster that replaces it."
  value       = aws_docdb_cluster.this.cluster_resource_id
}
