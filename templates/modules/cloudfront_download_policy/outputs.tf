output "response_headers_policy_id" {
  description = "Id of the response headers policy."
  value       = aws_cloudfront_response_headers_policy.this.id
}
