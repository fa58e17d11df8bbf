output "secret_arns" {
  description = "ARNs of the secrets with the fields username and password, by user."
  value       = { for name, version in aws_secretsmanager_secret_version.this : name => version.arn }
}
