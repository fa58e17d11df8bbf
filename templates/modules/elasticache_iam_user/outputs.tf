output "name" {
  description = "Name that clients sign in with."
  value       = aws_elasticache_user.this.user_name
}

output "arn" {
  description = "ARN of the user."
  value       = aws_elasticache_user.this.arn
}

output "group_id" {
  description = "Id of the user's group."
  value       = aws_elasticache_user_group.this.user_group_id
}
