module "@{own.passwords_module.label}" {
  source = "../modules/database_passwords"

  users                   = "@{own.secrets}"
  recovery_window_in_days = "@{own.recovery_window_in_days}"
  # {% if own.secrets_key %}
  kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
}
