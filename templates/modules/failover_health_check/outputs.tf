output "id" {
  description = "Id of the health check that says whether all services are well."
  value       = local.services > 1 ? aws_route53_health_check.all[0].id : one(local.checks)
}
