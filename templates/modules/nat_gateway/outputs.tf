output "id" {
  description = "Id of the gateway."
  value       = aws_nat_gateway.this.id
}

output "public_ip" {
  description = "Address that partners see and may allow."
  value       = aws_eip.this.public_ip
}
