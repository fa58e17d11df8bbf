output "policy_arns" {
  description = "ARNs of the policies by metric."
  value       = { for metric, policy in aws_appautoscaling_policy.this : metric => policy.arn }
}
