# Between how many readers a cluster has, and what AWS adds and removes readers for. It removes only those that it has added:
# `application-autoscaling-...`, of the writer's class, promoted last (tier 15). Those that Terraform made are the minimum.
# AWS: "Amazon Aurora Auto Scaling with Aurora Replicas", Aurora User Guide.

locals {
  metrics = {
    cpu         = "RDSReaderAverageCPUUtilization"
    connections = "RDSReaderAverageDatabaseConnections"
  }
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "rds"
  scalable_dimension = "rds:cluster:ReadReplicaCount"
  resource_id        = "cluster:${var.cluster_identifier}"
  min_capacity       = var.min_readers
  max_capacity       = var.max_readers
}

resource "aws_appautoscaling_policy" "this" {
  for_each = var.targets

  name               = "readers-${each.key}"
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
