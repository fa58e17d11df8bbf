# {% extends "modules/ecs_scaling/main.tf" %}
# {% block title %}
# Between how many tasks a service may scale, with a timetable that moves the minimum (ready before the office opens, or
# for the days of the month's end), and what makes it: each policy is there if asked for. For a timetable that moves the
# maximum too there is ecs_scaling_scheduled_range; they are twins because ignore_changes takes no condition.
# {% endblock %}
# {% block ignored %}

lifecycle {
  ignore_changes = [
    min_capacity, # what the timetable has last set; its next entry brings a new minimum into force
    # {% block limits %}
    # {% endblock %}
  ]
}
# {% endblock %}
# {% block timetable %}
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

# {% endblock %}
