output "resource_id" {
  description = "Id under which Application Auto Scaling knows the service."
  value       = aws_appautoscaling_target.this.resource_id
}
