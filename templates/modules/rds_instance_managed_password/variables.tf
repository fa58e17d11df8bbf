# {% extends "modules/rds_instance/variables.tf" %}
# {% block master_password %}
# {% endblock %}
