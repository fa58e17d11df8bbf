output "policy_arns" {
  description = "ARNs of the policies by metric."
  value = {
    cpu    = aws_appautoscaling_policy.cpu.arn
    memory = aws_appautoscaling_policy.memory.arn
  }
}
