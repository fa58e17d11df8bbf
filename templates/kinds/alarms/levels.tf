# {% for topic in own.topics %}
module "@{topic.module.label}" {
  source = "../modules/alerts_level"

  name       = "@{topic.name}"
  account_id = "@{own.account}"
  # {% if topic.publishers %}
  publishers = "@{topic.publishers}"
  # {% endif %}
  # {% if topic.addresses %}
  addresses = "@{topic.addresses}"
  # {% endif %}
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
}

# {% endfor %}
# {% if own.deliveries %}
module "@{own.function.label}" {
  source = "../modules/alerts_function"

  name      = "@{own.function_name}"
  role_name = "@{own.role_name}"
  system    = "@{own.system}"

  deliveries         = "@{own.deliveries}"
  failures_topic_arn = "@{own.failures_topic}"

  log_retention_in_days = "@{settings.log_retention}"
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  # {% if own.key %}
  messages_kms_key_arn = "@{own.key}"
  # {% endif %}
  # {% if own.delivery_key %}
  secrets_kms_key_arn = "@{own.delivery_key}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% endif %}
