# {% extends "modules/ecs_service_extended/outputs.tf" %}
