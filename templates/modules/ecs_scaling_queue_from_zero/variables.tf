# {% extends "modules/ecs_scaling_queue/variables.tf" %}
# {% block from_zero %}

variable "alarm_name" {
  type        = string
  description = "Name of the alarm that starts the first task."

  # AWS: PutMetricAlarm, Amazon CloudWatch API Reference.
  validation {
    condition     = length(var.alarm_name) <= 255
    error_message = "An alarm name has at most 255 characters."
  }
}
# {% endblock %}
