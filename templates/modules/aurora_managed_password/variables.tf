# {% extends "modules/aurora/variables.tf" %}
# {% block master_password %}
# {% endblock %}
