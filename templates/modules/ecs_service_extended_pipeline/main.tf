# {% extends "modules/ecs_service_extended/main.tf" %}
# {% block title %}
# As ecs_service_extended, with the image set by a deployment pipeline (`deploy: pipeline`): the pipeline registers task
# definition revisions and moves the service to them, Terraform keeps everything else.
# {% endblock %}
# {% block ignored %}
task_definition, # the pipeline moves it to the revisions that it registers
# {% endblock %}
