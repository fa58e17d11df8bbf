output "endpoint" {
  description = "Address that tasks connect to for reading only."
  value       = aws_db_proxy_endpoint.this.endpoint
}
