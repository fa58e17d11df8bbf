# The base alarms of a service: it runs out of CPU or memory in spite of autoscaling.

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "${var.alarm_prefix}-cpu"
  alarm_description   = "${var.service_name}: CPU stays high although autoscaling should have added tasks."
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.cpu_percent
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 10
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = var.service_name
  }
}

resource "aws_cloudwatch_metric_alarm" "memory" {
  alarm_name          = "${var.alarm_prefix}-memory"
  alarm_description   = "${var.service_name}: memory stays high although autoscaling should have added tasks."
  namespace           = "AWS/ECS"
  metric_name         = "MemoryUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.memory_percent
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 10
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = var.service_name
  }
}
