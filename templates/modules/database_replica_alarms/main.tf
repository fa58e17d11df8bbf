# For a cluster with readers: how far they are behind the writer.

resource "aws_cloudwatch_metric_alarm" "lag" {
  alarm_name          = "${var.alarm_prefix}-replica-lag"
  alarm_description   = "${var.cluster_identifier}: a reader is far behind the writer."
  namespace           = "AWS/RDS"
  metric_name         = "AuroraReplicaLagMaximum"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.lag_milliseconds
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    DBClusterIdentifier = var.cluster_identifier
  }
}
