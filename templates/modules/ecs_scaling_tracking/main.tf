# Keeps the average CPU and memory use of the tasks near their targets. The service grows as soon as one of
# them asks for it, and shrinks only when all agree.

locals {
  metrics = {
    cpu    = "ECSServiceAverageCPUUtilization"
    memory = "ECSServiceAverageMemoryUtilization"
  }
}

resource "aws_appautoscaling_policy" "this" {
  for_each = var.target_percent

  name               = each.key
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = var.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value
    scale_out_cooldown = var.scale_out_cooldown
    scale_in_cooldown  = var.scale_in_cooldown

    predefined_metric_specification {
      predefined_metric_type = local.metrics[each.key]
    }
  }
}
