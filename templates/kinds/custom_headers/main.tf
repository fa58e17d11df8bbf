# {% if own.header_secret %}
module "@{own.header_secret.label}" {
  source = "../modules/secret_replicated"

  name                    = "@{own.header_secret_name}"
  description             = "@{own.header_description}"
  recovery_window_in_days = "@{own.recovery_window_in_days}"
  # {% if own.secrets_key %}
  kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  replica_region = "@{own.header_region}"
}

# {% endif %}
module "@{own.custom_header.label}" {
  source = "@{own.header_module}"

  # {% if own.has_header_replica %}
  secret_name = "@{own.header_replica_name}"
  # {% else %}
  value_version = "@{own.header_version}"
  # {% if own.header_secret %}
  secret_arn = "@{own.header_secret.arn}"
  # {% endif %}
  # {% endif %}
}
