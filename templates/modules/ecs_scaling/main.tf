# {% if variant.range %}
# Between how many tasks a service may scale, with a timetable that moves both limits, and what makes it: each policy is
# there if asked for. A new limit in the catalogue comes into force with the timetable's next entry, which carries it.
# {% elif variant.scheduled %}
# Between how many tasks a service may scale, with a timetable that moves the minimum (ready before the office opens, or
# for the days of the month's end), and what makes it: each policy is there if asked for. For a timetable that moves the
# maximum too there is ecs_scaling_scheduled_range; they are twins because ignore_changes takes no condition.
# {% else %}
# Between how many tasks a service may scale, and what makes it: each policy is there if asked for. For a service with a
# timetable there is ecs_scaling_scheduled.
# {% endif %}

locals {
  metrics = {
    cpu    = "ECSServiceAverageCPUUtilization"
    memory = "ECSServiceAverageMemoryUtilization"
  }
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${var.service_name}"
  min_capacity       = var.min_tasks
  max_capacity       = var.max_tasks
  # {% if variant.scheduled %}

  lifecycle {
    ignore_changes = [
      min_capacity, # what the timetable has last set; its next entry brings a new minimum into force
      # {% if variant.range %}
      max_capacity, # likewise
      # {% endif %}
    ]
  }
  # {% endif %}
}

# {% if variant.scheduled %}
resource "aws_appautoscaling_scheduled_action" "this" {
  for_each = var.schedules

  name               = each.key
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id
  schedule           = each.value.expression
  timezone           = var.timezone

  scalable_target_action {
    min_capacity = each.value.min_tasks
    # {% if variant.range %}
    max_capacity = each.value.max_tasks
    # {% endif %}
  }
}

# {% endif %}
# Keeps the average CPU and memory use of the tasks near their targets. The service grows as soon as one of
# them asks for it, and shrinks only when all agree.
resource "aws_appautoscaling_policy" "tracking" {
  for_each = var.target_percent

  name               = each.key
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value
    scale_out_cooldown = var.scale_out_cooldown
    scale_in_cooldown  = var.scale_in_cooldown

    predefined_metric_specification {
      predefined_metric_type = local.metrics[each.key]
    }
  }
}

# Answers a sudden rise of load within a minute, in steps that grow with the rise. Target tracking needs three
# minutes before it reacts; it also does the shrinking.
resource "aws_appautoscaling_policy" "sudden_load" {
  count = var.sudden_load == null ? 0 : 1

  name               = "sudden-load"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    cooldown                 = var.scale_out_cooldown
    metric_aggregation_type  = "Average"
    min_adjustment_magnitude = 1

    dynamic "step_adjustment" {
      for_each = var.sudden_load.steps

      content {
        metric_interval_lower_bound = step_adjustment.value.above
        metric_interval_upper_bound = step_adjustment.value.below
        scaling_adjustment          = step_adjustment.value.added_percent
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "sudden_load" {
  count = var.sudden_load == null ? 0 : 1

  alarm_name          = var.sudden_load.alarm_name
  alarm_description   = "CPU of ${var.service_name} rises suddenly: starts step scaling, needs nobody."
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.sudden_load.cpu_percent
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "missing"
  alarm_actions       = [aws_appautoscaling_policy.sudden_load[0].arn]

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = var.service_name
  }
}

# Grows the service when its answers get slow, whatever the CPU says. In steps and not by a target: response times do not
# fall in proportion to tasks. Target tracking also does the shrinking.
resource "aws_appautoscaling_policy" "slow_answers" {
  count = var.response_time == null ? 0 : 1

  name               = "slow-answers"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  step_scaling_policy_configuration {
    adjustment_type          = "PercentChangeInCapacity"
    cooldown                 = var.scale_out_cooldown
    metric_aggregation_type  = "Average"
    min_adjustment_magnitude = 1

    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = var.response_time.added_percent
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "slow_answers" {
  for_each = var.response_time == null ? {} : var.response_time.alarms

  alarm_name          = each.key
  alarm_description   = "${var.service_name} answers slowly: starts step scaling, needs nobody."
  namespace           = each.value.namespace
  metric_name         = "TargetResponseTime"
  extended_statistic  = "p90"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.slow_answers[0].arn]
  dimensions          = each.value.dimensions
}

# Keeps the number of waiting events a task near the target. AWS has no such metric: it is the length of the
# queue divided by the running tasks (Container Insights). An idle queue reports nothing, which counts as empty.
resource "aws_appautoscaling_policy" "queue" {
  count = var.queue == null ? 0 : 1

  name               = "queue-length"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.queue.events_per_task
    scale_out_cooldown = var.scale_out_cooldown
    scale_in_cooldown  = var.scale_in_cooldown

    customized_metric_specification {
      metrics {
        id          = "waiting_per_task"
        label       = "Waiting events a task"
        expression  = "FILL(waiting, 0) / tasks"
        return_data = true
      }

      metrics {
        id          = "waiting"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "AWS/SQS"
            metric_name = "ApproximateNumberOfMessagesVisible"

            dimensions {
              name  = "QueueName"
              value = var.queue.name
            }
          }
        }
      }

      metrics {
        id          = "tasks"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = var.cluster_name
            }

            dimensions {
              name  = "ServiceName"
              value = var.service_name
            }
          }
        }
      }
    }
  }
}
