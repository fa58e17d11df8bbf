# {% extends "modules/dns_aliases/variables.tf" %}
