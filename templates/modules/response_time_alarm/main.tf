# For a service that promises an answer in time.

resource "aws_cloudwatch_metric_alarm" "response_time" {
  alarm_name          = "${var.alarm_prefix}-response-time"
  alarm_description   = "${var.service_name}: ${var.percentile} of the response times is above the promise."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  extended_statistic  = var.percentile
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.response_seconds
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    LoadBalancer = var.load_balancer_arn_suffix
    TargetGroup  = var.target_group_arn_suffix
  }
}
