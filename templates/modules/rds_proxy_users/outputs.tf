# {% extends "modules/rds_proxy/outputs.tf" %}
