output "id" {
  description = "Id of the plan."
  value       = aws_api_gateway_usage_plan.this.id
}
