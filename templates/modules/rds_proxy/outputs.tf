output "name" {
  description = "Name of the proxy."
  value       = aws_db_proxy.this.name
}

output "arn" {
  description = "ARN of the proxy."
  value       = aws_db_proxy.this.arn
}

output "resource_id" {
  description = "Id (prx-...) that rds-db:connect names the proxy by."
  value       = split(":", aws_db_proxy.this.arn)[6]
}

output "endpoint" {
  description = "Address that tasks connect to for reading and writing."
  value       = aws_db_proxy.this.endpoint
}

# {% if not variant.users %}
output "secret_arn" {
  description = "ARN of the secret that the proxy logs in with."
  value       = aws_secretsmanager_secret_version.this.arn
}

# {% endif %}
output "reader_endpoint" {
  description = "Address that tasks connect to for reading; null without readers."
  value       = one([for endpoint in aws_db_proxy_endpoint.reader : endpoint.endpoint])
}
