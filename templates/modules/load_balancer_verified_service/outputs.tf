output "target_group_arn" {
  description = "ARN of the target group of the service's tasks."
  value       = aws_lb_target_group.this.arn

  # ECS refuses a target group that hangs on no load balancer yet.
  depends_on = [aws_lb_listener_rule.this]
}

output "target_group_arn_suffix" {
  description = "Target group as CloudWatch names it, targetgroup/<name>/<id>."
  value       = aws_lb_target_group.this.arn_suffix
}
