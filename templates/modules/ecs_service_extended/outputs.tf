# {% extends "modules/ecs_service/outputs.tf" %}
