# {% extends "modules/load_balancer_https/outputs.tf" %}
