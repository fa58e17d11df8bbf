# {% extends "modules/web_acl/variables.tf" %}
# {% block tuning %}
    action  = string
    counted = optional(list(string), [])
# {% endblock %}
