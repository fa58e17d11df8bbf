# {% extends "modules/ecs_service/main.tf" %}
# {% block title %}
# A service on Fargate whose image is set by a deployment pipeline (`deploy: pipeline`): the pipeline registers
# task definition revisions and moves the service to them, Terraform keeps everything else. ecs_service is its
# twin for `deploy: terraform`; they differ in one line, because ignore_changes takes no condition.
# {% endblock %}
# {% block ignored %}
task_definition, # the pipeline moves it to the revisions that it registers
# {% endblock %}
