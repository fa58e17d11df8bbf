# {% block title %}
# Keeps the messages of a queue near a number for each task, those that wait and those that are being handled: a task that
# works is not taken away for an empty queue. AWS has no such metric. The running tasks are the samples of their CPU use,
# which need no Container Insights (Amazon ECS Developer Guide, CloudWatch metrics); an idle queue reports nothing, which
# counts as empty. For a service without any task there is ecs_scaling_queue_from_zero.
# {% endblock %}

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
# {% block from_zero %}
# {% endblock %}
