# {% extends "modules/rds_instance/outputs.tf" %}
