# {% if not variant.job %}
output "arn" {
  description = "ARN of the service."
  value       = aws_ecs_service.this.id
}

output "name" {
  description = "Name of the service, as CloudWatch and Application Auto Scaling know it."
  value       = aws_ecs_service.this.name
}

# {% endif %}
output "task_definition_arn" {
  description = "ARN of the task definition with its revision."
  value       = aws_ecs_task_definition.this.arn
}

output "execution_role_arn" {
  description = "ARN of the role that starts the tasks: it pulls images and reads secrets."
  value       = aws_iam_role.execution.arn
}

output "task_role_arn" {
  description = "ARN of the role that the code runs as."
  value       = aws_iam_role.task.arn
}

output "task_role_name" {
  description = "Name of the role that the code runs as."
  value       = aws_iam_role.task.name
}

# {% if variant.job %}
output "run_command" {
  description = "Command that starts a task of it."
  value = join(" ", [
    "aws ecs run-task --region ${var.region} --cluster ${var.cluster_arn}",
    "--task-definition ${aws_ecs_task_definition.this.family}",
    "--capacity-provider-strategy capacityProvider=${var.capacity_provider},weight=1 --propagate-tags TASK_DEFINITION",
    "--network-configuration 'awsvpcConfiguration={subnets=[${join(",", var.subnet_ids)}],securityGroups=[${var.security_group_id}],assignPublicIp=${var.assign_public_ip ? "ENABLED" : "DISABLED"}}'",
  ])
}

# {% else %}
output "target_group_arn_suffix" {
  description = "Target group as CloudWatch names it, targetgroup/<name>/<id>; null without a load balancer."
  value       = one(aws_lb_target_group.this[*].arn_suffix)
}

# {% endif %}
output "log_group_name" {
  description = "Log group of its output."
  value       = aws_cloudwatch_log_group.this.name
}
