# Between how many tasks a service may scale. For a service with a timetable: ecs_scaling_target_scheduled.

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${var.service_name}"
  min_capacity       = var.min_tasks
  max_capacity       = var.max_tasks
}
