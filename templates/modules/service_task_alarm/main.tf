# For a service that always has tasks: fewer run than its minimum.

resource "aws_cloudwatch_metric_alarm" "running_tasks" {
  alarm_name          = "${var.alarm_prefix}-running-tasks"
  alarm_description   = "${var.service_name}: fewer tasks run than the minimum."
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.min_tasks
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  treat_missing_data  = "breaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = var.service_name
  }
}
