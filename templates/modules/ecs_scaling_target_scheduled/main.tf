# {% block title %}
# Between how many tasks a service may scale, with a timetable that moves the minimum: ready before the office
# opens, or for the days of the month's end. For a timetable that moves the maximum too there is
# ecs_scaling_target_scheduled_range.
# {% endblock %}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${var.service_name}"
  min_capacity       = var.min_tasks
  max_capacity       = var.max_tasks

  lifecycle {
    ignore_changes = [
      min_capacity, # what the timetable has last set; its next entry brings a new minimum into force
      # {% block ignored %}
      # {% endblock %}
    ]
  }
}

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
    # {% block maximum %}
    # {% endblock %}
  }
}
