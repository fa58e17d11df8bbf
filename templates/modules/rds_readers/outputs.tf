output "endpoints" {
  description = "Addresses of the readers, by role."
  value       = { for role, instance in aws_db_instance.this : role => instance.address }
}

output "resource_ids" {
  description = "Ids that IAM policies name the readers by when somebody signs in with a token, by role."
  value       = { for role, instance in aws_db_instance.this : role => instance.resource_id }
}
