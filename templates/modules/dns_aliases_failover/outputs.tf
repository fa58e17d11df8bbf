# {% extends "modules/dns_aliases/outputs.tf" %}
