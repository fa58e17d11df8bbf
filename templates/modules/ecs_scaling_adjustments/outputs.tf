output "policy_arns" {
  description = "ARN of each scaling policy, by its name."
  value       = { for name, policy in aws_appautoscaling_policy.this : name => policy.arn }
}
