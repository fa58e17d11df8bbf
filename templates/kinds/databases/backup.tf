module "@{own.backup.role.label}" {
  source = "../modules/database_backup_role"

  name         = "@{own.backup_role_name}"
  kind         = "@{own.backup.kind}"
  database_arn = "@{own.backup.database_arn}"
  account_id   = "@{own.account}"
  region       = "@{own.region}"
  vault_arn    = "@{own.backup.vault.arn}"
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% if own.backup.schedules %}

module "@{own.backup.plan.label}" {
  source = "../modules/database_backup_plan"

  name         = "@{own.backup_plan_name}"
  database_arn = "@{own.backup.database_arn}"
  role_arn     = "@{own.backup.role.arn}"
  vault_name   = "@{own.backup.vault.name}"
  schedules    = "@{own.backup.schedules}"
  time_zone    = "@{own.backup.time_zone}"
}
# {% endif %}
