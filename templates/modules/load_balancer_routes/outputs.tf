output "target_group_arns" {
  description = "ARN of each service's target group, once it hangs on the listener."
  value       = { for service, group in aws_lb_target_group.this : service => group.arn }

  # ECS refuses a target group that hangs on no load balancer yet.
  depends_on = [aws_lb_listener_rule.this]
}

output "target_group_arn_suffixes" {
  description = "Target group of each service as CloudWatch names it: targetgroup/<name>/<id>."
  value       = { for service, group in aws_lb_target_group.this : service => group.arn_suffix }
}
