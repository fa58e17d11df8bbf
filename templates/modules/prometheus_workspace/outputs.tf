output "arn" {
  description = "ARN of the workspace."
  value       = aws_prometheus_workspace.this.arn
}

output "remote_write_url" {
  description = "Where metrics are written to."
  value       = "${aws_prometheus_workspace.this.prometheus_endpoint}api/v1/remote_write"
}

output "query_url" {
  description = "Where metrics are asked for."
  value       = "${aws_prometheus_workspace.this.prometheus_endpoint}api/v1/query"
}
