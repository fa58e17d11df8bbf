# Route 53's metrics are in us-east-1, and so is all that an alarm needs to reach people while the environment's region
# does not answer: topic, key and function; the secrets of Slack and PagerDuty are read from their replicas.

# {% include "kinds/keys/main.tf" %}
module "@{own.topic.label}" {
  source = "../modules/alerts_level"

  name       = "@{own.name}"
  account_id = "@{own.account}"
  # {% if own.addresses %}
  addresses = "@{own.addresses}"
  # {% endif %}
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
}

# {% if own.deliveries %}
module "@{own.function.label}" {
  source = "../modules/alerts_function"

  name      = "@{own.name}"
  role_name = "@{own.name}"
  system    = "@{own.system}"

  deliveries         = "@{own.deliveries}"
  failures_topic_arn = "@{own.topic.arn}"

  log_retention_in_days = "@{settings.log_retention}"
  # {% if own.key %}
  logs_kms_key_arn     = "@{own.key}"
  messages_kms_key_arn = "@{own.key}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}

# {% endif %}
# {% for check in own.checks %}
module "@{check.module.label}" {
  source = "../modules/endpoint_check"

  name              = "@{check.name}"
  protocol          = "@{check.protocol}"
  domain_name       = "@{check.domain_name}"
  path              = "@{check.path}"
  request_interval  = "@{check.request_interval}"
  failure_threshold = "@{check.failure_threshold}"
  # {% if check.search_string %}
  search_string = "@{check.search_string}"
  # {% endif %}
}

# {% endfor %}
# {% if own.alarms %}
module "@{own.alarms_module.label}" {
  source = "../modules/alarms"

  topic_arn = "@{own.topic.arn}"
  alarms    = "@{own.alarms}"
}
# {% endif %}
