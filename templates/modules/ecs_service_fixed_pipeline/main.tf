# {% extends "modules/ecs_service_fixed/main.tf" %}
# {% block title %}
# A service on Fargate that nothing scales, and whose image is set by a deployment pipeline (`deploy: pipeline`): Terraform
# says how many tasks run, the pipeline registers task definition revisions and moves the service to them.
# ecs_service_fixed is its twin for `deploy: terraform`; they differ in what plans leave alone.
# {% endblock %}
# {% block lifecycle %}
  lifecycle {
    ignore_changes = [
      task_definition, # the pipeline moves it to the revisions that it registers
    ]
  }

# {% endblock %}
