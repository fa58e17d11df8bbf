# {% if own.has_token %}
module "@{own.user.label}" {
  source = "../modules/elasticache_token_user"

  name                    = "@{own.rotation_name}"
  user_id                 = "@{own.identifier}"
  engine                  = "@{cache.engine}"
  secret_name             = "@{own.token_secret_name}"
  recovery_window_in_days = "@{own.recovery_window_in_days}"
  role_name               = "@{own.rotation_role_name}"
  account_id              = "@{own.account}"
  days                    = "@{cache.token_rotation}"
  log_retention_in_days   = "@{settings.log_retention}"
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  # {% if own.secrets_key %}
  secrets_kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}

# {% elif own.user %}
module "@{own.user.label}" {
  source = "../modules/elasticache_iam_user"

  name   = "@{own.identifier}"
  engine = "@{cache.engine}"
  # {% if own.default_user %}
  default_user = "@{own.default_user}"
  # {% endif %}
}

# {% endif %}
module "@{own.cache.label}" {
  source = "../modules/elasticache_replication_group"

  name           = "@{own.identifier}"
  description    = "@{own.description}"
  engine         = "@{cache.engine}"
  engine_version = "@{entry.engine_version}"
  node_type      = "@{cache.size}"
  replicas       = "@{cache.replicas}"
  # {% if cache.shards %}
  shards = "@{cache.shards}"
  # {% endif %}
  parameter_group_family = "@{own.family}"
  # {% if own.parameters %}
  parameters = "@{own.parameters}"
  # {% endif %}

  # {% if settings.network.only_zone and not cache.replicas and not cache.shards and cache.tier == "data" %}
  availability_zones = ["@{settings.network.only_zone}"]
  # {% endif %}
  port               = "@{own.port}"
  subnet_ids         = "@{own.subnets}"
  security_group_ids = ["@{own.group.id}"]
  # {% if own.user %}
  user_group_ids = ["@{own.user.group_id}"]
  # {% endif %}
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}

  maintenance_window = "@{own.maintenance_window}"
  apply_immediately  = "@{not settings.production}"
  # {% if cache.snapshots %}

  snapshots = {
    retention_days = "@{cache.snapshots.retention}"
    window         = "@{own.snapshot_window}"
  }
  # {% endif %}
  # {% if own.final_snapshot %}

  final_snapshot_identifier = "@{own.final_snapshot}"
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}
