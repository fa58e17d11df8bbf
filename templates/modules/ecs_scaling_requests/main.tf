# {% if variant.blue_green %}
# Keeps the requests that each task gets near a target, for a service with two target groups: that with more requests per
# task decides. AWS's own metric of one target group is none for services that CodeDeploy delivers.
# {% else %}
# Keeps the requests that each task gets near a target, as the load balancer before them counts them. One of several
# targets of a service: it grows as soon as one asks for it, and shrinks only when all agree.
# {% endif %}

resource "aws_appautoscaling_policy" "this" {
  name               = "requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = var.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.requests_per_target
    scale_out_cooldown = var.scale_out_cooldown
    scale_in_cooldown  = var.scale_in_cooldown

    # {% if variant.blue_green %}
    customized_metric_specification {
      metrics {
        id          = "requests"
        label       = "Requests per task, of the target group with more"
        expression  = "MAX([FILL(blue, 0), FILL(green, 0)])"
        return_data = true
      }

      dynamic "metrics" {
        for_each = var.target_groups

        content {
          id          = metrics.key
          return_data = false

          metric_stat {
            stat = "Sum"

            metric {
              namespace   = "AWS/ApplicationELB"
              metric_name = "RequestCountPerTarget"

              dimensions {
                name  = "LoadBalancer"
                value = var.load_balancer
              }

              dimensions {
                name  = "TargetGroup"
                value = metrics.value
              }
            }
          }
        }
      }
    }
    # {% else %}
    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = var.resource_label
    }
    # {% endif %}
  }
}
