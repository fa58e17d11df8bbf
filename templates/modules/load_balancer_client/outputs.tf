output "listener_arn" {
  description = "ARN of the caller's listener."
  value       = aws_lb_listener.this.arn
}

output "certificate_arn" {
  description = "ARN of the caller's certificate."
  value       = aws_acm_certificate.client.arn
}
