output "ids" {
  description = "Ids of the policies, by the rest of their names."
  value       = { for name, policy in aws_cloudfront_cache_policy.this : name => policy.id }
}
