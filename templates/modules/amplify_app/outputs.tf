output "id" {
  description = "Id of the application."
  value       = aws_amplify_app.this.id
}

output "branch_name" {
  description = "Branch that is built."
  value       = aws_amplify_branch.this.branch_name
}

output "url" {
  description = "Address of the branch."
  value       = "https://${replace(aws_amplify_branch.this.branch_name, "/", "-")}.${aws_amplify_app.this.default_domain}"
}
