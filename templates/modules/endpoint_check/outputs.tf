output "id" {
  description = "Id of the health check, by which CloudWatch has its figures."
  value       = aws_route53_health_check.this.id
}
