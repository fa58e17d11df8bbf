output "id" {
  description = "Id of the host."
  value       = aws_instance.this.id
}

output "arn" {
  description = "ARN of the host."
  value       = aws_instance.this.arn
}

output "public_ip" {
  description = "Its address on the internet; null without one."
  value       = one(aws_eip.this[*].public_ip)
}
