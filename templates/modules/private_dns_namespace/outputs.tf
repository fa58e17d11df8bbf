output "id" {
  description = "Id of the namespace."
  value       = aws_service_discovery_private_dns_namespace.this.id
}

output "arn" {
  description = "ARN of the namespace, as ECS Service Connect wants it."

  # Never null, so that a plan which makes it knows already that there is one.
  value = coalesce(aws_service_discovery_private_dns_namespace.this.arn)
}

output "name" {
  description = "Domain that the services are found under."
  value       = aws_service_discovery_private_dns_namespace.this.name
}
