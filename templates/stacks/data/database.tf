# {% if not managed_password %}
module "@{master_password.label}" {
  source = "../modules/aurora_master_password"

  name                    = "@{master_password.name}"
  description             = "@{master_password.description}"
  username                = "@{master_password.username}"
  password_version        = 1
  kms_key_arn             = local.security.key_secrets_arn
  recovery_window_in_days = "@{master_password.recovery_window_in_days}"
}

# {% endif %}
module "@{cluster.label}" {
  source = "@{cluster.module}"

  cluster_identifier   = "@{cluster.identifier}"
  description          = "@{cluster.description}"
  engine_version       = "@{cluster.engine_version}"
  database_name        = "@{cluster.database_name}"
  port                 = "@{cluster.port}"
  parameter_group_name = "@{cluster.identifier}"
  parameters           = {}
  slow_query_seconds   = 1

  instances    = "@{cluster.instances}"
  min_capacity = "@{cluster.min_capacity}"
  max_capacity = "@{cluster.max_capacity}"

  master_username = "@{cluster.master_username}"
  # {% if managed_password %}
  secrets_kms_key_arn = local.security.key_secrets_arn
  # {% else %}
  master_password         = "@{master_password.password}"
  master_password_version = 1
  # {% endif %}

  subnet_group_name = local.network.db_subnet_group_name
  security_group_id = "@{cluster.security_group_id}"
  kms_key_arn       = local.security.key_databases_arn
  logs_kms_key_arn  = local.security.key_logs_arn
  log_exports       = "@{cluster.log_exports}"

  backup_retention_days     = "@{cluster.backup_retention_days}"
  backup_window             = "@{cluster.backup_window}"
  maintenance_window        = "@{cluster.maintenance_window}"
  deletion_protection       = "@{cluster.deletion_protection}"
  skip_final_snapshot       = "@{cluster.skip_final_snapshot}"
  final_snapshot_identifier = "@{cluster.final_snapshot_identifier}"
  apply_immediately         = "@{cluster.apply_immediately}"

  database_insights_mode              = "standard"
  performance_insights_retention_days = 7
}

module "@{secret.label}" {
  source = "../modules/database_secret"

  name                    = "@{secret.name}"
  description             = "@{secret.description}"
  username                = "@{secret.username}"
  password_version        = 1
  kms_key_arn             = local.security.key_secrets_arn
  recovery_window_in_days = "@{secret.recovery_window_in_days}"
}

module "@{proxy.label}" {
  source = "../modules/rds_proxy"

  name                              = "@{proxy.name}"
  region                            = "@{proxy.region}"
  role_name                         = "@{proxy.role_name}"
  cluster_identifier                = "@{cluster.reference}"
  subnet_ids                        = local.network.data_subnet_ids
  security_group_id                 = "@{proxy.security_group_id}"
  secret_arn                        = "@{secret.arn}"
  auth_description                  = "@{proxy.auth_description}"
  secrets_kms_key_arn               = local.security.key_secrets_arn
  logs_kms_key_arn                  = local.security.key_logs_arn
  log_retention_in_days             = "@{proxy.log_retention_in_days}"
  idle_client_timeout_seconds       = "@{proxy.idle_client_timeout_seconds}"
  max_connections_percent           = "@{proxy.max_connections_percent}"
  max_idle_connections_percent      = "@{proxy.max_idle_connections_percent}"
  connection_borrow_timeout_seconds = 120
}

# {% if has_readers %}
module "@{reader_endpoint.label}" {
  source = "../modules/rds_proxy_reader_endpoint"

  name              = "@{reader_endpoint.name}"
  proxy_name        = "@{proxy.reference}"
  subnet_ids        = local.network.data_subnet_ids
  security_group_id = "@{proxy.security_group_id}"
}

# {% endif %}
# {% include "stacks/_shell/moved.tf" %}
