# {% extends "modules/aurora_cluster/variables.tf" %}
# {% block master_password %}
# {% endblock %}
