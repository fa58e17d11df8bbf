# Answers a sudden rise of load within a minute, in steps that grow with the rise. Target tracking needs three
# minutes before it reacts; it also does the shrinking.

resource "aws_appautoscaling_policy" "this" {
  name               = "sudden-load"
  policy_type        = "StepScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = var.resource_id

  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    cooldown                 = var.cooldown
    metric_aggregation_type  = "Average"
    min_adjustment_magnitude = 1

    dynamic "step_adjustment" {
      for_each = var.steps

      content {
        metric_interval_lower_bound = step_adjustment.value.above
        metric_interval_upper_bound = step_adjustment.value.below
        scaling_adjustment          = step_adjustment.value.added_percent
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name          = var.alarm_name
  alarm_description   = "CPU of ${var.service_name} rises suddenly: starts step scaling, needs nobody."
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.cpu_percent
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "missing"
  alarm_actions       = [aws_appautoscaling_policy.this.arn]

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = var.service_name
  }
}
