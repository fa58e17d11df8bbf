output "id" {
  description = "Id of the workspace."
  value       = aws_grafana_workspace.this.id
}

output "url" {
  description = "Where people open it."
  value       = "https://${aws_grafana_workspace.this.endpoint}"
}
