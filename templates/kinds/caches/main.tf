# {% if own.user %}
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
  engine_version = "@{own.version}"
  node_type      = "@{cache.size}"
  replicas       = "@{cache.replicas}"
  # {% if cache.shards %}
  shards = "@{cache.shards}"
  # {% endif %}
  parameter_group_family = "@{own.family}"
  # {% if own.parameters %}
  parameters = "@{own.parameters}"
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
