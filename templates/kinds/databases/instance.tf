module "@{own.database.label}" {
  source = "@{own.module}"

  identifier  = "@{own.identifier}"
  description = "@{own.description}"
  # {% if own.copied_from %}
  source_arn = "@{own.copied_from}"
  # {% if database.readers_version %}
  engine_version = "@{database.readers_version}"
  # {% endif %}
  # {% else %}
  engine         = "@{own.engine}"
  engine_version = "@{own.engine_version}"
  # {% endif %}
  auto_minor_version_upgrade = "@{own.keeps_minor}"
  instance_class             = "@{database.size}"
  multi_az                   = "@{database.multi_az}"
  # {% if settings.network.only_zone and not database.multi_az %}
  availability_zone = "@{settings.network.only_zone}"
  # {% endif %}
  # {% if not own.copied_from %}
  database_name = "@{own.database_name}"
  # {% endif %}
  port                   = "@{own.port}"
  parameter_group_name   = "@{own.parameter_group_name}"
  parameter_group_family = "@{own.family}"
  parameters             = "@{own.parameters}"
  # {% if own.copied_from and database.storage.grow_to %}
  largest_storage = "@{database.storage.grow_to}"
  # {% endif %}
  # {% if not own.copied_from %}

  storage = {
    size = "@{database.storage.size}"
    # {% if database.storage.grow_to %}
    grow_to = "@{database.storage.grow_to}"
    # {% endif %}
    # {% if database.storage.planned_iops %}
    iops = "@{database.storage.planned_iops}"
    # {% endif %}
    # {% if database.storage.planned_throughput %}
    throughput = "@{database.storage.planned_throughput}"
    # {% endif %}
  }
  # {% endif %}

  master_username = "@{own.master_username}"
  # {% if not own.is_managed %}
  master_secret_name             = "@{own.master_secret_name}"
  master_secret_description      = "@{own.master_secret_description}"
  master_password_version        = 1
  master_recovery_window_in_days = "@{own.recovery_window_in_days}"
  # {% endif %}
  # {% if own.secrets_key %}
  secrets_kms_key_arn = "@{own.secrets_key}"
  # {% endif %}

  subnet_group_name = "@{own.subnet_group}"
  security_group_id = "@{own.group.id}"
  ca_identifier     = "@{database.ca}"
  # {% if own.key %}
  kms_key_arn      = "@{own.key}"
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  log_exports = "@{own.log_exports}"

  backup_retention_days = "@{database.backup.retention}"
  backup_window         = "@{own.backup_window}"
  maintenance_window    = "@{own.maintenance_window}"
  deletion_protection   = "@{own.deletion_protection}"
  # {% if not own.copied_from %}
  skip_final_snapshot       = "@{own.skip_final_snapshot}"
  final_snapshot_identifier = "@{own.final_snapshot_identifier}"
  # {% endif %}
  delete_automated_backups = "@{not settings.production}"
  apply_immediately        = "@{not settings.production}"
  # {% if own.insights_days %}

  performance_insights_retention_days = "@{own.insights_days}"
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}
# {% if database.readers %}

module "@{own.readers_module.label}" {
  source = "../modules/rds_readers"

  readers = "@{own.reader_identifiers}"
  # {% if own.reader_zones %}
  zones = "@{own.reader_zones}"
  # {% endif %}
  source_identifier = "@{own.database.identifier}"
  # {% if database.readers_version %}
  engine_version = "@{database.readers_version}"
  # {% endif %}
  auto_minor_version_upgrade = "@{own.keeps_minor}"
  instance_class             = "@{database.size}"
  parameter_group_name       = "@{own.database.parameter_group_name}"
  # {% if database.storage.grow_to %}
  largest_storage = "@{database.storage.grow_to}"
  # {% endif %}
  security_group_id = "@{own.group.id}"
  ca_identifier     = "@{database.ca}"
  # {% if own.key %}
  kms_key_arn      = "@{own.key}"
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  log_exports        = "@{own.log_exports}"
  maintenance_window = "@{own.maintenance_window}"
  apply_immediately  = "@{not settings.production}"
  # {% if own.insights_days %}

  performance_insights_retention_days = "@{own.insights_days}"
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}
# {% endif %}
# {% if own.has_passwords %}

# {% include "kinds/databases/passwords.tf" %}
# {% endif %}
# {% if database.proxy %}

# {% include "kinds/databases/proxy.tf" %}
# {% endif %}

# {% include "kinds/databases/users.tf" %}
# {% if database.has_vault and not own.copied_from %}

# {% include "kinds/databases/backup.tf" %}
# {% endif %}
