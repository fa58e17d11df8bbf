# {% extends "modules/web_acl_countries/variables.tf" %}
# {% block resource %}
# {% endblock %}
