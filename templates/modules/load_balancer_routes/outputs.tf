# {% if variant.blue_green %}
output "blue_arns" {
  description = "ARN of the target group that each service begins in, once it hangs on the listener."
  value       = { for service in keys(var.services) : service => aws_lb_target_group.this["${service}-blue"].arn }

  # ECS refuses a target group that hangs on no load balancer yet.
  depends_on = [aws_lb_listener_rule.this]
}

output "blue_arn_suffixes" {
  description = "That target group as CloudWatch names it: targetgroup/<name>/<id>."
  value       = { for service in keys(var.services) : service => aws_lb_target_group.this["${service}-blue"].arn_suffix }
}

output "green_arn_suffixes" {
  description = "The other target group of each service as CloudWatch names it."
  value       = { for service in keys(var.services) : service => aws_lb_target_group.this["${service}-green"].arn_suffix }
}

output "target_group_names" {
  description = "Both target groups of each service, by name."
  value = {
    for service in keys(var.services) : service => [
      for colour in ["blue", "green"] : aws_lb_target_group.this["${service}-${colour}"].name
    ]
  }
}

output "rule_arns" {
  description = "ARNs of the rules that lead to each service."
  value = {
    for service in keys(var.services) : service => [
      for name, route in var.routes : aws_lb_listener_rule.this[name].arn if route.service == service
    ]
  }
}

# {% else %}
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

# {% endif %}
