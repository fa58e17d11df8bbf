# {% extends "modules/aurora_cluster/outputs.tf" %}
# {% block master_secret %}

output "master_secret_arn" {
  description = "ARN of the secret that AWS keeps the master password in."
  value       = aws_rds_cluster.this.master_user_secret[0].secret_arn
}
# {% endblock %}
