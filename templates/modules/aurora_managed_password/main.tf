# {% extends "modules/aurora/main.tf" %}
# {% block master_secret %}
# {% endblock %}
# {% block master_password %}
# AWS draws the password, keeps it in a secret and rotates it every seven days.
# AWS: "Password management with Amazon Aurora and AWS Secrets Manager", Aurora User Guide.
manage_master_user_password   = true
master_user_secret_kms_key_id = var.secrets_kms_key_arn
# {% endblock %}
