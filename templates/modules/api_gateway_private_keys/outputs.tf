# {% extends "modules/api_gateway_private/outputs.tf" %}
