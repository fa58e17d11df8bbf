# {% extends "modules/load_balancer_https/variables.tf" %}
# {% block certificate %}
# {% endblock %}
