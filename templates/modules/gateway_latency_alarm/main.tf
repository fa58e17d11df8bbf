# For a REST API that promises an answer in time.

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.alarm_prefix}-latency"
  alarm_description   = "${var.api_name}: ${var.percentile} of the response times is above the promise."
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  extended_statistic  = var.percentile
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.latency_milliseconds
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    ApiName = var.api_name
    Stage   = var.stage_name
  }
}
