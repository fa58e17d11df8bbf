output "arns" {
  description = "ARNs of the alarms, by name."
  value = {
    for name, alarm in merge(aws_cloudwatch_metric_alarm.this, aws_cloudwatch_metric_alarm.expression) : name => alarm.arn
  }
}
