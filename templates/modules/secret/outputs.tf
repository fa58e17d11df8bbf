output "arn" {
  description = "ARN of the secret."
  value       = aws_secretsmanager_secret.this.arn
}
# {% if variant.replicated %}

output "replica_arn" {
  description = "ARN of its replica, which differs in the region."
  value       = replace(aws_secretsmanager_secret.this.arn, ":${split(":", aws_secretsmanager_secret.this.arn)[3]}:", ":${var.replica_region}:")
}
# {% endif %}
