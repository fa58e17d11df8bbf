output "arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "role_arn" {
  description = "ARN of the role that the code runs as."
  value       = aws_iam_role.this.arn
}

output "role_name" {
  description = "Name of the role that the code runs as."
  value       = aws_iam_role.this.name
}

output "log_group_name" {
  description = "Log group of its output."
  value       = aws_cloudwatch_log_group.this.name
}
