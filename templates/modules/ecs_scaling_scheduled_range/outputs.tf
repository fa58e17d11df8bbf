# {% extends "modules/ecs_scaling_scheduled/outputs.tf" %}
