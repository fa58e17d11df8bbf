output "policy_arn" {
  description = "ARN of the scaling policy."
  value       = aws_appautoscaling_policy.this.arn
}
