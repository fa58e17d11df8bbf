module "@{own.label}" {
  source = "../modules/ecs_job_outcomes"

  title  = "@{entry.title}"
  entry  = "@{own.owner}"
  system = "@{own.system}"

  account_id = "@{own.account}"
  region     = "@{own.region}"
  name       = "@{own.name}"
  containers = "@{own.containers}"
  # {% if own.preparing %}
  preparing = "@{own.preparing}"
  # {% endif %}
  # {% if own.time_limits %}
  time_limits = "@{own.time_limits}"
  # {% endif %}
  log_group_name = "@{own.log_group_name}"
  outcomes       = "@{own.outcomes}"
}
