output "secret_arns" {
  description = "ARNs of the replicas with the fields username and password, by user."
  value       = { for name, secret in data.aws_secretsmanager_secret.this : name => secret.arn }
}
