# Keeps the number of waiting events a task near the target. AWS has no such metric: it is the length of the
# queue divided by the running tasks (Container Insights). An idle queue reports nothing, which counts as empty.

resource "aws_appautoscaling_policy" "this" {
  name               = "queue-length"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = var.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.events_per_task
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
              value = var.queue_name
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
