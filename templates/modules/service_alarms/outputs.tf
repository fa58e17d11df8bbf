output "alarm_arns" {
  description = "ARNs of the alarms by what they watch."
  value = {
    cpu    = aws_cloudwatch_metric_alarm.cpu.arn
    memory = aws_cloudwatch_metric_alarm.memory.arn
  }
}
