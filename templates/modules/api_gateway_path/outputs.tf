output "resource_id" {
  description = "Id of the path, which others are below."
  value       = aws_api_gateway_resource.this.id
}
