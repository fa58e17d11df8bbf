output "cache_policy_id" {
  description = "Id of the cache policy."
  value       = aws_cloudfront_cache_policy.this.id
}

output "response_headers_policy_id" {
  description = "Id of the response headers policy."
  value       = aws_cloudfront_response_headers_policy.this.id
}
