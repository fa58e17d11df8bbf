output "task_definition_arn" {
  description = "ARN of the task definition with its revision."
  value       = aws_ecs_task_definition.this.arn

  # A service that starts before the policy is attached cannot pull its image.
  depends_on = [aws_iam_role_policy.execution]
}

output "task_role_arn" {
  description = "ARN of the role that the code runs as."
  value       = aws_iam_role.task.arn
}

output "task_role_name" {
  description = "Name of the role that the code runs as; features attach their policies to it."
  value       = aws_iam_role.task.name
}

output "execution_role_arn" {
  description = "ARN of the role that starts the tasks."
  value       = aws_iam_role.execution.arn
}

output "log_group_name" {
  description = "Name of the log group of the containers."
  value       = aws_cloudwatch_log_group.this.name
}
