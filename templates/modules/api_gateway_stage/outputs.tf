output "name" {
  description = "Name of the stage."
  value       = aws_api_gateway_stage.this.stage_name
}

output "arn" {
  description = "ARN of the stage, as WAF wants it."
  value       = aws_api_gateway_stage.this.arn
}

output "execution_arn" {
  description = "ARN that permissions to call the stage begin with."
  value       = aws_api_gateway_stage.this.execution_arn
}

output "invoke_url" {
  description = "Address of the stage."
  value       = aws_api_gateway_stage.this.invoke_url
}
