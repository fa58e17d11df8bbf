module "@{own.database.label}" {
  source = "@{own.module}"

  cluster_identifier = "@{own.identifier}"
  description        = "@{own.description}"
  engine_version     = "@{database.release}"
  # {% if not own.is_secondary %}
  database_name = "@{own.database_name}"
  # {% endif %}
  port                 = "@{own.port}"
  parameter_group_name = "@{own.identifier}"
  parameters           = {}
  slow_query_seconds   = 1
  audited              = "@{database.audit is not none}"

  instances    = "@{own.instances}"
  min_capacity = "@{database.capacity.min}"
  max_capacity = "@{database.capacity.max}"

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
# {% if own.has_passwords and own.made_secrets %}

# {% include "kinds/databases/passwords.tf" %}
# {% endif %}
# {% if own.has_own_secret %}

module "@{own.proxy.label}" {
  source = "@{own.proxy_module}"

  name               = "@{own.proxy_name}"
  region             = "@{own.region}"
  role_name          = "@{own.proxy_role_name}"
  cluster_identifier = "@{own.database.cluster_identifier}"
  subnet_ids         = "@{own.subnets}"
  security_group_id  = "@{own.proxy_group.id}"

  secret_name             = "@{own.secret_name}"
  secret_description      = "@{own.secret_description}"
  username                = "@{own.username}"
  password_version        = "@{own.password_version}"
  recovery_window_in_days = "@{own.recovery_window_in_days}"
  auth_description        = "@{own.auth_description}"
  # {% if own.replica_region %}
  replica_region = "@{own.replica_region}"
  # {% endif %}
  # {% if own.proxy_logins %}
  logins = "@{own.proxy_logins}"
  # {% endif %}
  # {% if own.secrets_key %}
  secrets_kms_key_arn = "@{own.secrets_key}"
  logs_kms_key_arn    = "@{own.logs_key}"
  # {% endif %}
  log_retention_in_days = "@{settings.log_retention}"

  idle_client_timeout_seconds       = "@{database.proxy.idle_timeout}"
  max_connections_percent           = "@{own.max_connections_percent}"
  max_idle_connections_percent      = "@{own.max_idle_connections_percent}"
  connection_borrow_timeout_seconds = "@{database.proxy.borrow_timeout}"
  reader_endpoints                  = "@{own.reader_endpoints}"
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% else %}
# {% if database.proxy %}

# {% include "kinds/databases/proxy.tf" %}
# {% endif %}
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
