# {% extends "modules/ecs_service/variables.tf" %}
# {% block tasks %}
variable "tasks" {
  type        = number
  description = "Tasks that run."
}

# {% endblock %}
