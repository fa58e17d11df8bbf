output "arn" {
  description = "ARN of the domain."
  value       = aws_opensearch_domain.this.arn
}

output "host" {
  description = "Host name in the VPC that requests go to."
  value       = aws_opensearch_domain.this.endpoint
}

output "dashboards" {
  description = "Host name and path of OpenSearch Dashboards."
  value       = aws_opensearch_domain.this.dashboard_endpoint
}
