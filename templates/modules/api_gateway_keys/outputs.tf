output "ids" {
  description = "Ids of the keys, not their values, by their callers."
  value       = { for caller, key in aws_api_gateway_api_key.this : caller => key.id }
}
