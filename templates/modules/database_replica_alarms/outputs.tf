output "alarm_arns" {
  description = "ARNs of the alarms by what they watch."
  value = {
    lag = aws_cloudwatch_metric_alarm.lag.arn
  }
}
