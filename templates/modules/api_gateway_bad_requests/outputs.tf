output "fingerprint" {
  description = "Changes with everything that needs a new deployment of the API."
  value = sha1(jsonencode([
    aws_api_gateway_gateway_response.this.response_parameters,
    aws_api_gateway_gateway_response.this.response_templates,
  ]))
}
