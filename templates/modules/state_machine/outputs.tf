output "arn" {
  description = "ARN of the state machine."
  value       = aws_sfn_state_machine.this.arn
}

output "role_arn" {
  description = "ARN of the role that its states act with."
  value       = aws_iam_role.this.arn
}

output "role_name" {
  description = "Name of the role that its states act with."
  value       = aws_iam_role.this.name
}
