# {% extends "modules/ecs_service/main.tf" %}
# {% block title %}
# A service on Fargate that nothing scales: Terraform says how many tasks run, and which image. ecs_service_fixed_pipeline
# is its twin for `deploy: pipeline`; ecs_service leaves the number to Application Auto Scaling.
# {% endblock %}
# {% block tasks %}
  desired_count          = var.tasks
# {% endblock %}
# {% block lifecycle %}
# {% endblock %}
