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

output "run_command" {
  description = "Command that starts a task of it."
  value = join(" ", [
    "aws ecs run-task --region ${var.region} --cluster ${var.cluster_arn}",
    "--task-definition ${aws_ecs_task_definition.this.family}",
    "--capacity-provider-strategy capacityProvider=${var.capacity_provider},weight=1 --propagate-tags TASK_DEFINITION",
    "--network-configuration 'awsvpcConfiguration={subnets=[${join(",", var.subnet_ids)}],securityGroups=[${var.security_group_id}],assignPublicIp=${var.assign_public_ip ? "ENABLED" : "DISABLED"}}'",
  ])
}

output "log_group_name" {
  description = "Log group of its output."
  value       = aws_cloudwatch_log_group.this.name
}
