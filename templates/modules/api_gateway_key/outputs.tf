output "id" {
  description = "Id of the key, not its value."
  value       = aws_api_gateway_api_key.this.id
}
