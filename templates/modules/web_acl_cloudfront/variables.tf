# {% extends "modules/web_acl_tuned/variables.tf" %}
# {% block resource %}
# {% endblock %}
