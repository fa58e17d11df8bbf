output "id" {
  description = "Id of the API."
  value       = aws_api_gateway_rest_api.this.id
}

output "name" {
  description = "Name of the API, as CloudWatch knows it."
  value       = aws_api_gateway_rest_api.this.name
}

output "root_resource_id" {
  description = "Id of the API's root path."
  value       = aws_api_gateway_rest_api.this.root_resource_id
}

output "execution_arn" {
  description = "ARN that permissions to call the API begin with."
  value       = aws_api_gateway_rest_api.this.execution_arn
}

# {% if variant.regional %}
output "default_endpoint" {
  description = "Whether the address that AWS gave it is on or off; a change needs a new deployment."
  value       = aws_api_gateway_rest_api.this.disable_execute_api_endpoint ? "off" : "on"
}

# {% else %}
output "policy" {
  description = "Resource policy of the API; a change of it needs a new deployment."
  value       = aws_api_gateway_rest_api_policy.this.policy
}

# {% endif %}
