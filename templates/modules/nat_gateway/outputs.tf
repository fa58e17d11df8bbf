output "public_ip" {
  description = "Address that partners see and may allow."
  value       = aws_eip.this.public_ip
}
