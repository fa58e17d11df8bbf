output "group_id" {
  description = "Id of the user's group."
  value       = aws_elasticache_user_group.this.user_group_id
}

output "secret_arn" {
  description = "ARN of the secret with the token, in the field password."
  value       = aws_secretsmanager_secret_version.this.arn
}
