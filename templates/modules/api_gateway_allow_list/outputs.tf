output "policy" {
  description = "Resource policy of the API; a change of it needs a new deployment."
  value       = aws_api_gateway_rest_api_policy.this.policy
}
