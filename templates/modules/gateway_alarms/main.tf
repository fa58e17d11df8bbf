# What callers of a REST API get: errors.

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.alarm_prefix}-errors"
  alarm_description   = "${var.api_name}: more than ${var.error_percent} % of the requests end with 5xx."
  namespace           = "AWS/ApiGateway"
  metric_name         = "5XXError"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.error_percent / 100
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    ApiName = var.api_name
    Stage   = var.stage_name
  }
}
