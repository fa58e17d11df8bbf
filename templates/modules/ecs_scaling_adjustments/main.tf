# Adds or takes away tasks in whole numbers when CPU or memory has been above or below a figure for so many minutes. CloudWatch
# starts it again each minute while that is so, once the cooldown is over.

locals {
  metrics = {
    cpu    = "CPUUtilization"
    memory = "MemoryUtilization"
  }
}

resource "aws_appautoscaling_policy" "this" {
  for_each = var.adjustments

  name               = "adjustment-${each.key}"
  policy_type        = "StepScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = var.resource_id

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    cooldown                = each.value.cooldown
    metric_aggregation_type = "Average"

    step_adjustment {
      metric_interval_lower_bound = each.value.above == null ? null : 0
      metric_interval_upper_bound = each.value.above == null ? 0 : null
      scaling_adjustment          = each.value.tasks
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.adjustments

  alarm_name          = each.value.alarm_name
  alarm_description   = "${each.value.description}: changes the number of tasks of ${var.service_name} by ${each.value.tasks}, needs nobody."
  namespace           = "AWS/ECS"
  metric_name         = local.metrics[each.value.metric]
  statistic           = "Average"
  comparison_operator = each.value.above == null ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = coalesce(each.value.above, each.value.below)
  period              = 60
  evaluation_periods  = each.value.minutes
  treat_missing_data  = "missing"
  alarm_actions       = [aws_appautoscaling_policy.this[each.key].arn]

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = var.service_name
  }
}
