# {% extends "modules/web_acl/outputs.tf" %}
