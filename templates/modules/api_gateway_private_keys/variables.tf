# {% extends "modules/api_gateway_private/variables.tf" %}
