module "@{own.machine.label}" {
  source = "../modules/state_machine"

  name       = "@{own.name}"
  type       = "@{own.type}"
  account_id = "@{own.account}"
  region     = "@{own.region}"
  role_name  = "@{own.role_name}"
  definition = jsonencode("@{own.definition}")

  log_level             = "@{own.log_level}"
  log_retention_in_days = "@{own.log_retention}"
  # {% if workflow.log_data %}
  log_data = true
  # {% endif %}
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  # {% if workflow.tracing %}
  tracing = true
  # {% endif %}
  # {% if own.policies %}

  policies = "@{own.policies}"
  # {% endif %}
  # {% if workflow.schedules %}

  schedule_group_name = "@{own.schedule_group_name}"
  schedules_role_name = "@{own.schedules_role_name}"
  timezone            = "@{own.time_zone}"
  schedules           = "@{own.schedules}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
