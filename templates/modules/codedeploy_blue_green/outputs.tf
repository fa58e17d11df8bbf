output "application_name" {
  description = "Name of the application, and of its deployment group."
  value       = aws_codedeploy_deployment_group.this.app_name
}
