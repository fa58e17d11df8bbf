output "value" {
  description = "Value that distributions send."
  value       = jsondecode(data.aws_secretsmanager_secret_version.this.secret_string).value
  sensitive   = true
}

output "accepted_values" {
  description = "Values that are accepted."
  value       = jsondecode(data.aws_secretsmanager_secret_version.this.secret_string).accepted_values
  sensitive   = true
}
