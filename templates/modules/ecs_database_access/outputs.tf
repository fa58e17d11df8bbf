output "policy_name" {
  description = "Name of the policy within the role."
  value       = aws_iam_role_policy.this.name
}
