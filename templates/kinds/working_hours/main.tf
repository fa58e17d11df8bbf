module "@{own.module.label}" {
  source = "../modules/working_hours"

  group_name = "@{own.group_name}"
  role_name  = "@{own.role_name}"
  account_id = "@{own.account}"
  timezone   = "@{own.time_zone}"
  start      = "@{own.start}"
  stop       = "@{own.stop}"

  stopped = "@{own.stopped}"
  # {% include "parts/role_boundary_given.tf" %}
}
