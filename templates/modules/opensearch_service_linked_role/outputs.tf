output "arn" {
  description = "ARN of the role."
  value       = aws_iam_service_linked_role.this.arn
}
