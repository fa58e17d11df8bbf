# {% extends "modules/rds_proxy/outputs.tf" %}
# {% block secret %}
# {% endblock %}
