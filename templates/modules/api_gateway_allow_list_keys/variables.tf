# {% extends "modules/api_gateway_allow_list/variables.tf" %}
