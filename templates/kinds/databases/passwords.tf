module "@{own.passwords_module.label}" {
  source = "@{own.passwords_module_source}"

  # {% if own.is_secondary %}
  secret_names = "@{own.secret_names}"
  # {% else %}
  users                   = "@{own.secrets}"
  recovery_window_in_days = "@{own.recovery_window_in_days}"
  # {% if own.secrets_key %}
  kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  # {% if database.url_options %}
  urls = "@{own.urls}"
  # {% endif %}
  # {% if own.replica_region %}
  replica_region = "@{own.replica_region}"
  # {% endif %}
  # {% endif %}
}
