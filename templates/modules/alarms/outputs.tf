output "arns" {
  description = "ARNs of the alarms, by name."
  # {% if variant.extended %}
  value = {
    for name, alarm in merge(aws_cloudwatch_metric_alarm.this, aws_cloudwatch_metric_alarm.expression) : name => alarm.arn
  }
  # {% else %}
  value = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.arn }
  # {% endif %}
}
