output "id" {
  description = "Id of the authorizer."
  value       = aws_api_gateway_authorizer.this.id
}

output "fingerprint" {
  description = "Changes with everything that needs a new deployment of the API."
  value = sha1(jsonencode([
    aws_api_gateway_authorizer.this.id,
    aws_api_gateway_authorizer.this.identity_source,
    # {% if variant.cognito %}
    aws_api_gateway_authorizer.this.provider_arns,
    # {% else %}
    aws_api_gateway_authorizer.this.authorizer_uri,
    # {% endif %}
  ]))
}
