module "@{own.bus.label}" {
  source = "../modules/event_bus"

  # {% if own.own_name %}
  name = "@{own.own_name}"
  # {% endif %}
  # {% if own.rules %}
  account_id      = "@{own.account}"
  role_name       = "@{own.role_name}"
  rules           = "@{own.rules}"
  policies        = "@{own.policies}"
  dead_letter_arn = "@{own.dead_letters.arn}"

  maximum_retry_attempts       = "@{own.retries.attempts}"
  maximum_event_age_in_seconds = "@{own.retries.within}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% if own.rules %}

module "@{own.dead_letters.label}" {
  source = "../modules/event_dead_letter_queue"

  name              = "@{own.dead_letter_name}"
  retention_seconds = 1209600 # 14 days, the most that SQS keeps
  rule_arns         = "@{own.rule_arns}"
  # {% if own.messages_key %}
  kms_key_arn = "@{own.messages_key}"
  # {% endif %}
}
# {% endif %}
