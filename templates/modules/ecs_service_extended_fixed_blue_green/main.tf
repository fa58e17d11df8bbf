# {% extends "modules/ecs_service_extended_blue_green/main.tf" %}
# {% block title %}
# As ecs_service_extended_blue_green, for a service that nothing scales: Terraform says how many tasks run.
# {% endblock %}
# {% block tasks %}
  desired_count          = var.tasks
# {% endblock %}
# {% block scaled %}
# {% endblock %}
