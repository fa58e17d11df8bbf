output "alarm_arns" {
  description = "ARNs of the alarms by what they watch."
  value = {
    errors          = aws_cloudwatch_metric_alarm.errors.arn
    unhealthy_tasks = aws_cloudwatch_metric_alarm.unhealthy_tasks.arn
  }
}
