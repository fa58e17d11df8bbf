# {% extends "modules/ecs_service_extended/variables.tf" %}
