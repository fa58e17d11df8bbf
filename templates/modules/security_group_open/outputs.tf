# {% extends "modules/security_group/outputs.tf" %}
