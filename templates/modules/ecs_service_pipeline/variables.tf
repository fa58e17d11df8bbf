# {% extends "modules/ecs_service/variables.tf" %}
