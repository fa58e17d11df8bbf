# {% extends "modules/ecs_service_extended/variables.tf" %}
# {% block tasks %}
variable "tasks" {
  type        = number
  description = "Tasks that run."
}

# {% endblock %}
