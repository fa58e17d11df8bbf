# {% extends "modules/ecs_service_extended_fixed/main.tf" %}
# {% block title %}
# As ecs_service_extended_fixed, with the image set by a deployment pipeline (`deploy: pipeline`): Terraform says how many
# tasks run, the pipeline which revision.
# {% endblock %}
# {% block lifecycle %}
  lifecycle {
    ignore_changes = [
      task_definition, # the pipeline moves it to the revisions that it registers
    ]
  }

# {% endblock %}
