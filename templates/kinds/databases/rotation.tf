module "@{own.rotation.label}" {
  source = "../modules/database_password_rotation"

  name                  = "@{own.function_name}"
  role_name             = "@{own.role_name}"
  account_id            = "@{own.account}"
  kind                  = "@{own.kind}"
  database_identifier   = "@{own.identifier}"
  database_arn          = "@{own.arn}"
  secret_arn            = "@{own.database.master_secret_arn}"
  days                  = "@{database.master_rotation}"
  log_retention_in_days = "@{settings.log_retention}"
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  # {% if own.secrets_key %}
  secrets_kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
