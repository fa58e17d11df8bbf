output "arn" {
  description = "ARN of the service."
  value       = aws_ecs_service.this.id
}

output "name" {
  description = "Name of the service, as CloudWatch and Application Auto Scaling know it."
  value       = aws_ecs_service.this.name
}

output "discovery_service_arn" {
  description = "ARN of the Cloud Map service."
  value       = aws_service_discovery_service.this.arn
}
