output "role_arn" {
  description = "ARN of the role, once API Gateway uses it; a stage with logs cannot exist before."
  value       = aws_api_gateway_account.this.cloudwatch_role_arn
}
