# {% if settings.standby_of %}
# It begins empty, and nothing copies the primary's documents: what must not be lost with its region is kept elsewhere.
# {% endif %}
module "@{own.database.label}" {
  source = "@{own.module}"

  cluster_identifier     = "@{own.identifier}"
  description            = "@{own.description}"
  engine_version         = "@{entry.engine_version}"
  instance_class         = "@{entry.size}"
  instances              = "@{own.instances}"
  port                   = "@{own.port}"
  parameter_group_name   = "@{own.parameter_group_name}"
  parameter_group_family = "@{own.family}"
  parameters             = "@{own.parameters}"

  master_username = "@{own.master_username}"
  # {% if not own.is_managed %}
  master_secret_name             = "@{own.master_secret_name}"
  master_secret_description      = "@{own.master_secret_description}"
  master_password_version        = 1
  master_recovery_window_in_days = "@{own.recovery_window_in_days}"
  # {% if own.secrets_key %}
  secrets_kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  # {% endif %}

  subnet_group_name = "@{own.subnet_group}"
  security_group_id = "@{own.group.id}"
  ca_identifier     = "@{entry.ca}"
  # {% if own.key %}
  kms_key_arn      = "@{own.key}"
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  log_exports = "@{own.log_exports}"

  backup_retention_days     = "@{entry.backup.retention}"
  backup_window             = "@{own.backup_window}"
  maintenance_window        = "@{own.maintenance_window}"
  deletion_protection       = "@{own.deletion_protection}"
  skip_final_snapshot       = "@{own.skip_final_snapshot}"
  final_snapshot_identifier = "@{own.final_snapshot_identifier}"
  apply_immediately         = "@{not settings.production}"
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}
# {% if own.logins %}

module "@{own.passwords.label}" {
  source = "../modules/database_passwords"

  users                   = "@{own.secrets}"
  recovery_window_in_days = "@{own.recovery_window_in_days}"
  # {% if own.secrets_key %}
  kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
}

# {% include "kinds/databases/users.tf" %}
# {% endif %}
