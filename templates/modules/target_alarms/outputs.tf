output "alarm_arns" {
  description = "ARNs of the alarms by what they watch."
  value = {
    errors          = aws_cloudwatch_metric_alarm.errors.arn
    response_time   = aws_cloudwatch_metric_alarm.response_time.arn
    unhealthy_tasks = aws_cloudwatch_metric_alarm.unhealthy_tasks.arn
  }
}
