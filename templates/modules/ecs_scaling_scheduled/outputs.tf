# {% extends "modules/ecs_scaling/outputs.tf" %}
