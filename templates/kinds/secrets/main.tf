module "@{own.secret.label}" {
  source = "@{own.module}"

  name                    = "@{own.name}"
  description             = "@{entry.title}"
  recovery_window_in_days = "@{own.recovery_window_in_days}"
  # {% if own.secrets_key %}
  kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  # {% if secret.replication %}
  replica_region = "@{secret.replication.region}"
  # {% endif %}
}
# {% if secret.generate %}

module "@{own.value.label}" {
  source = "../modules/secret_generated_value"

  secret_arn    = "@{own.secret.arn}"
  length        = "@{secret.generate.length}"
  punctuation   = "@{secret.generate.punctuation}"
  value_version = "@{secret.generate.version}"
  # {% if secret.keys %}
  keys = "@{secret.keys}"
  # {% endif %}
}
# {% endif %}
