# The base alarms of an Aurora Serverless v2 cluster: it reaches its largest capacity, its connections, or the amount
# of data that was planned. Free local storage is no metric of Serverless v2 (Amazon Aurora User Guide, CloudWatch
# metrics), and Aurora's volume has no percentage: the planned amount takes their place.

resource "aws_cloudwatch_metric_alarm" "capacity" {
  alarm_name          = "${var.alarm_prefix}-capacity"
  alarm_description   = "${var.cluster_identifier}: the largest ACU capacity is nearly reached."
  namespace           = "AWS/RDS"
  metric_name         = "ACUUtilization"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.capacity_percent
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 10
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    DBClusterIdentifier = var.cluster_identifier
  }
}

resource "aws_cloudwatch_metric_alarm" "connections" {
  alarm_name          = "${var.alarm_prefix}-connections"
  alarm_description   = "${var.cluster_identifier}: more connections than were planned."
  namespace           = "AWS/RDS"
  metric_name         = "DatabaseConnections"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.connections
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

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "${var.alarm_prefix}-cpu"
  alarm_description   = "${var.cluster_identifier}: CPU stays high."
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.cpu_percent
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 10
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    DBClusterIdentifier = var.cluster_identifier
  }
}

resource "aws_cloudwatch_metric_alarm" "volume" {
  alarm_name          = "${var.alarm_prefix}-volume"
  alarm_description   = "${var.cluster_identifier}: more data than was planned."
  namespace           = "AWS/RDS"
  metric_name         = "VolumeBytesUsed"
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.volume_bytes
  period              = 3600
  evaluation_periods  = 1
  datapoints_to_alarm = 1
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    DBClusterIdentifier = var.cluster_identifier
  }
}
