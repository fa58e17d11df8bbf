output "id" {
  description = "Id of the health check that says whether all services are well."
  value       = length(var.target_groups) > 1 ? aws_route53_health_check.all[0].id : one(values(aws_route53_health_check.service)[*].id)
}
