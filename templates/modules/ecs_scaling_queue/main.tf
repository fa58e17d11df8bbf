# {% if variant.from_zero %}
# Keeps the messages of a queue near a number for each task, those that wait and those that are being handled, and takes the
# last task away where there are none. AWS has no such metric. The running tasks are the samples of their CPU use, which
# need no Container Insights (Amazon ECS Developer Guide, CloudWatch metrics); an idle queue reports nothing, which counts
# as empty.
# {% else %}
# Keeps the messages of a queue near a number for each task, those that wait and those that are being handled: a task that
# works is not taken away for an empty queue. AWS has no such metric. The running tasks are the samples of their CPU use,
# which need no Container Insights (Amazon ECS Developer Guide, CloudWatch metrics); an idle queue reports nothing, which
# counts as empty. For a service without any task there is ecs_scaling_queue_from_zero.
# {% endif %}

resource "aws_appautoscaling_policy" "this" {
  name               = "messages-of-${var.queue_name}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = var.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.messages_per_task
    scale_out_cooldown = var.scale_out_cooldown
    scale_in_cooldown  = var.scale_in_cooldown

    customized_metric_specification {
      metrics {
        id          = "messages_per_task"
        label       = "Messages a task, waiting and being handled"
        expression  = "(FILL(waiting, 0) + FILL(handled, 0)) / tasks"
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
              value = var.queue_name
            }
          }
        }
      }

      metrics {
        id          = "handled"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "AWS/SQS"
            metric_name = "ApproximateNumberOfMessagesNotVisible"

            dimensions {
              name  = "QueueName"
              value = var.queue_name
            }
          }
        }
      }

      metrics {
        id          = "tasks"
        return_data = false

        metric_stat {
          stat = "SampleCount"

          metric {
            namespace   = "AWS/ECS"
            metric_name = "CPUUtilization"

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
# {% if variant.from_zero %}

# Without tasks there is no number for each: the first one starts when messages wait and nobody handles any.
resource "aws_appautoscaling_policy" "from_zero" {
  name               = "first-task-for-${var.queue_name}"
  policy_type        = "StepScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = var.resource_id

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    cooldown                = var.scale_out_cooldown
    metric_aggregation_type = "Maximum"

    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "from_zero" {
  alarm_name          = var.alarm_name
  alarm_description   = "Messages wait in ${var.queue_name} and nobody handles any: starts a task of ${var.service_name}, needs nobody."
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.from_zero.arn]

  metric_query {
    id          = "unattended"
    label       = "Messages wait and nobody handles any"
    expression  = "IF(waiting > 0 AND handled < 1, 1, 0)"
    return_data = true
  }

  metric_query {
    id = "waiting"

    metric {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      stat        = "Maximum"
      period      = 60
      dimensions  = { QueueName = var.queue_name }
    }
  }

  metric_query {
    id = "handled"

    metric {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesNotVisible"
      stat        = "Maximum"
      period      = 60
      dimensions  = { QueueName = var.queue_name }
    }
  }
}
# {% endif %}
