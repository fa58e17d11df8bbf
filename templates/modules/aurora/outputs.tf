# {% extends "modules/aurora_cluster/outputs.tf" %}
