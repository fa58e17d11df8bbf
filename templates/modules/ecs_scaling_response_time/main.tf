# Grows the service when its answers get slow, whatever the CPU says. It never shrinks it: without requests
# there is no response time, and a policy without data would keep the others from shrinking.

resource "aws_appautoscaling_policy" "this" {
  name               = "response-time"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = var.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.seconds
    disable_scale_in   = true
    scale_out_cooldown = var.scale_out_cooldown

    customized_metric_specification {
      metrics {
        id          = "response_time"
        label       = "Response time of ${var.percentile} of the requests, in seconds"
        return_data = true

        metric_stat {
          stat = var.percentile

          metric {
            namespace   = "AWS/ApplicationELB"
            metric_name = "TargetResponseTime"

            dimensions {
              name  = "LoadBalancer"
              value = var.load_balancer_arn_suffix
            }

            dimensions {
              name  = "TargetGroup"
              value = var.target_group_arn_suffix
            }
          }
        }
      }
    }
  }
}
