output "alarm_arns" {
  description = "ARNs of the alarms by what they watch."
  value = {
    capacity    = aws_cloudwatch_metric_alarm.capacity.arn
    connections = aws_cloudwatch_metric_alarm.connections.arn
    cpu         = aws_cloudwatch_metric_alarm.cpu.arn
    volume      = aws_cloudwatch_metric_alarm.volume.arn
  }
}
