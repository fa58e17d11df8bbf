output "secret_arn" {
  description = "ARN of the secret."
  value       = aws_secretsmanager_secret.this.arn
}

output "password" {
  description = "The password, handed through to the cluster and never stored."
  ephemeral   = true
  sensitive   = true
  value       = jsondecode(ephemeral.aws_secretsmanager_secret_version.this.secret_string).password
}
