# {% extends "modules/ecs_service_fixed/outputs.tf" %}
