output "id" {
  description = "Id of the endpoint."
  value       = aws_vpc_endpoint.this.id
}
