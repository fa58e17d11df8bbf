# {% extends "modules/documentdb_cluster/outputs.tf" %}
