# {% extends "modules/ecs_scaling_queue/outputs.tf" %}
