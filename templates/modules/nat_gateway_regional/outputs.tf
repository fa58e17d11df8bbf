output "id" {
  description = "Id of the gateway."
  value       = aws_nat_gateway.this.id
}

output "public_ips" {
  description = "Addresses that partners see and may allow, by availability zone."
  value       = { for zone, address in aws_eip.this : zone => address.public_ip }
}
