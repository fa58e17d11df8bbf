# {% extends "modules/documentdb_cluster/main.tf" %}
# {% block master_secret %}
# {% endblock %}
# {% block master_password %}
# AWS draws the password, keeps it in a secret and rotates it every seven days.
# AWS: "Password management with Amazon DocumentDB and AWS Secrets Manager", DocumentDB Developer Guide.
manage_master_user_password = true
# {% endblock %}
