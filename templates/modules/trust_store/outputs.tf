output "arn" {
  description = "ARN of the trust store."
  value       = aws_lb_trust_store.this.arn
}
