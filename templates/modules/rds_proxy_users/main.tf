# {% extends "modules/rds_proxy/main.tf" %}
# {% block secret %}
# {% endblock %}
# {% block secrets %}
Resource = [for login in var.logins : login.secret_arn]
# {% endblock %}
# {% block engine_family %}
engine_family          = var.engine_family
# {% endblock %}
# {% block auth %}
dynamic "auth" {
  for_each = var.logins

  content {
    auth_scheme               = "SECRETS"
    iam_auth                  = var.iam_auth
    client_password_auth_type = var.client_password_auth_type
    secret_arn                = auth.value.secret_arn
    description               = auth.value.description
  }
}

# {% endblock %}
# {% block target %}
db_cluster_identifier  = var.cluster_identifier
db_instance_identifier = var.instance_identifier
# {% endblock %}
