# {% extends "modules/ecs_scaling_target_scheduled/outputs.tf" %}
