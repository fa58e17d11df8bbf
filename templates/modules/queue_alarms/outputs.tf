output "alarm_arns" {
  description = "ARNs of the alarms by what they watch."
  value = {
    age          = aws_cloudwatch_metric_alarm.age.arn
    dead_letters = aws_cloudwatch_metric_alarm.dead_letters.arn
  }
}
