# {% extends "modules/ecs_service_extended_fixed/outputs.tf" %}
