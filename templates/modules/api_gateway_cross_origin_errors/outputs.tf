output "fingerprint" {
  description = "Changes with everything that needs a new deployment of the API."
  value       = sha1(jsonencode([for answer in aws_api_gateway_gateway_response.this : [answer.response_type, answer.response_parameters]]))
}
