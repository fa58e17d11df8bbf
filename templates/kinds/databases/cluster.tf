module "@{own.database.label}" {
  source = "@{own.module}"

  cluster_identifier         = "@{own.identifier}"
  description                = "@{own.description}"
  engine                     = "@{own.engine}"
  engine_version             = "@{own.engine_version}"
  auto_minor_version_upgrade = "@{own.keeps_minor}"
  # {% if not own.is_secondary %}
  database_name = "@{own.database_name}"
  # {% endif %}
  port                   = "@{own.port}"
  parameter_group_name   = "@{own.parameter_group_name}"
  parameter_group_family = "@{own.family}"
  parameters             = "@{own.parameters}"

  instances      = "@{own.instances}"
  instance_class = "@{own.instance_class}"
  # {% if own.capacity %}
  capacity = "@{own.capacity}"
  # {% endif %}

  # {% if own.is_secondary %}
  global_cluster_identifier = "@{own.global_identifier}"

  # {% else %}
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
  # {% if own.is_global %}

  global_cluster_identifier = "@{own.global_identifier}"
  replica_region            = "@{own.replica_region}"
  # {% endif %}

  # {% endif %}
  # {% if database.data_api %}
  data_api = "@{database.data_api}"
  # {% endif %}
  subnet_group_name = "@{own.subnet_group}"
  security_group_id = "@{own.group.id}"
  # {% if own.key %}
  kms_key_arn      = "@{own.key}"
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  log_exports = "@{own.log_exports}"

  backup_retention_days     = "@{database.backup.retention}"
  backup_window             = "@{own.backup_window}"
  maintenance_window        = "@{own.maintenance_window}"
  deletion_protection       = "@{own.deletion_protection}"
  skip_final_snapshot       = "@{own.skip_final_snapshot}"
  final_snapshot_identifier = "@{own.final_snapshot_identifier}"
  apply_immediately         = "@{not settings.production}"

  database_insights_mode              = "standard"
  performance_insights_retention_days = 7
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}
# {% if own.reader_targets %}

module "@{own.reader_scaling.label}" {
  source = "../modules/aurora_reader_scaling"

  cluster_identifier = "@{own.database.cluster_identifier}"
  min_readers        = "@{database.readers}"
  max_readers        = "@{database.reader_scaling.max}"
  targets            = "@{own.reader_targets}"
  scale_out_cooldown = "@{database.reader_scaling.scale_out_cooldown}"
  scale_in_cooldown  = "@{database.reader_scaling.scale_in_cooldown}"
}
# {% endif %}
# {% if own.has_passwords %}

# {% include "kinds/databases/passwords.tf" %}
# {% endif %}
# {% if database.proxy %}

# {% include "kinds/databases/proxy.tf" %}
# {% endif %}

# {% if own.is_secondary %}
# {% elif database.data_api %}
# {% include "kinds/databases/sql.tf" %}
# {% else %}
# {% include "kinds/databases/users.tf" %}
# {% endif %}
# {% if database.has_vault %}

# {% include "kinds/databases/backup.tf" %}
# {% endif %}
