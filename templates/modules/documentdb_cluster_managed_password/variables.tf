# {% extends "modules/documentdb_cluster/variables.tf" %}
# {% block master_password %}
# {% endblock %}
