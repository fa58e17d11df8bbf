output "arn" {
  description = "ARN of the role."
  value       = aws_iam_role.this.arn

  # A certificate is issued as soon as a service uses the role.
  depends_on = [aws_iam_role_policy.kms, aws_iam_role_policy_attachment.this]
}
