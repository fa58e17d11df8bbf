module "@{own.function.label}" {
  source = "../modules/lambda_function"

  name        = "@{own.name}"
  description = "@{entry.title}"
  account_id  = "@{own.account}"
  region      = "@{own.region}"
  role_name   = "@{own.role_name}"

  # {% if entry.code %}
  code = {
    bucket = "@{own.code_bucket}"
    key    = "@{entry.code.key}"
    # {% if entry.code.version %}
    version = "@{entry.code.version}"
    # {% endif %}
  }
  runtime = "@{entry.runtime}"
  handler = "@{entry.handler}"
  # {% else %}
  image = "@{own.image}"
  # {% if entry.command %}
  command = "@{entry.command}"
  # {% endif %}
  # {% endif %}

  architecture = "@{entry.architecture}"
  memory       = "@{entry.memory}"
  timeout      = "@{entry.timeout}"
  tmp_size     = "@{entry.tmp}"
  # {% if entry.reserved_concurrency is not none %}
  reserved_concurrency = "@{entry.reserved_concurrency}"
  # {% endif %}
  # {% if entry.tracing %}
  tracing_mode = "Active"
  # {% endif %}
  log_retention_in_days = "@{own.log_retention}"
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}

  environment = "@{own.environment}"
  # {% if own.policies %}

  policies = "@{own.policies}"
  # {% endif %}
  # {% if own.is_in_vpc %}

  network = {
    subnet_ids        = "@{own.subnets}"
    security_group_id = "@{own.group.id}"
  }
  # {% endif %}
  # {% if own.dead_letters %}

  dead_letters = {
    arn = "@{own.dead_letters.arn}"
  }
  # {% endif %}
  # {% if entry.retries %}

  retries = {
    attempts = "@{entry.retries.attempts}"
    seconds  = "@{entry.retries.within}"
  }
  # {% endif %}
  # {% if own.outcomes %}

  outcomes = "@{own.outcomes}"
  # {% endif %}
  # {% if own.queues %}

  queues = "@{own.queues}"
  # {% endif %}
  # {% if own.objects %}

  objects = "@{own.objects}"
  # {% endif %}
  # {% if entry.triggers.schedules %}

  schedule_group_name = "@{own.schedule_group_name}"
  schedules_role_name = "@{own.schedules_role_name}"
  timezone            = "@{own.time_zone}"
  schedules           = "@{own.schedules}"
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% if own.dead_letters %}

module "@{own.dead_letters.label}" {
  source = "../modules/event_dead_letter_queue"

  name              = "@{own.dead_letter_name}"
  retention_seconds = "@{own.dead_letter_retention}"
  # {% if own.rule_arns %}
  rule_arns = "@{own.rule_arns}"
  # {% endif %}
  # {% if own.messages_key %}
  kms_key_arn = "@{own.messages_key}"
  # {% endif %}
}
# {% endif %}
# {% for invocation in own.invocations %}

module "@{invocation.label}" {
  source = "../modules/api_gateway_invocation"

  function_name = "@{own.function.name}"
  source_arns   = "@{invocation.source_arns}"
}
# {% endfor %}
# {% if own.log_route %}

# {% include "kinds/services/log_route.tf" %}
# {% endif %}
