output "role_arn" {
  description = "ARN of the role that stops and starts."
  value       = aws_iam_role.this.arn
}
