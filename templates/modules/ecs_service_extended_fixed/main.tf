# {% extends "modules/ecs_service_extended/main.tf" %}
# {% block title %}
# As ecs_service_extended, for a container that nothing scales: Terraform says how many tasks run.
# {% endblock %}
# {% block tasks %}
  desired_count          = var.tasks
# {% endblock %}
# {% block lifecycle %}
# {% endblock %}
