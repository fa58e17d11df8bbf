output "log_group_name" {
  description = "Log group that receives the records."
  value       = aws_cloudwatch_log_group.this.name
}
