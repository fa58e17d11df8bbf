# {% extends "modules/ecs_service_fixed/variables.tf" %}
