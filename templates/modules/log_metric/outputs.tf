output "id" {
  description = "Name of the filter."
  value       = aws_cloudwatch_log_metric_filter.this.id
}
