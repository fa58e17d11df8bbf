output "arn_suffix" {
  description = "Load balancer as CloudWatch names it, app/<name>/<id>."
  value       = aws_lb.this.arn_suffix
}

output "target_group_arn" {
  description = "ARN of the target group of the service's tasks."
  value       = aws_lb_target_group.this.arn

  # ECS refuses a target group that hangs on no load balancer yet.
  # {% if variant.calls and variant.reads %}
  depends_on = [aws_lb_listener.this, aws_lb_listener_rule.reads]
  # {% elif variant.reads %}
  depends_on = [aws_lb_listener_rule.reads]
  # {% else %}
  depends_on = [aws_lb_listener.this]
  # {% endif %}
}

output "target_group_arn_suffix" {
  description = "Target group as CloudWatch names it, targetgroup/<name>/<id>."
  value       = aws_lb_target_group.this.arn_suffix
}
