resource "aws_elasticache_subnet_group" "this" {
  name        = var.name
  description = var.description
  subnet_ids  = var.subnet_ids
}

# Named by its family: another major version needs another group, while nodes still use this one.
resource "aws_elasticache_parameter_group" "this" {
  name        = "${var.name}-${replace(var.parameter_group_family, ".", "-")}"
  family      = var.parameter_group_family
  description = var.description

  dynamic "parameter" {
    for_each = var.parameters

    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_replication_group" "this" {
  # checkov:skip=CKV2_AWS_50:on wherever there is a replica (rule B134 asks for one in production), which checkov cannot work out
  replication_group_id = var.name
  description          = var.description
  engine               = var.engine
  engine_version       = var.engine_version
  node_type            = var.node_type
  port                 = var.port

  # Without shards a primary node and its replicas; with them, cluster mode.
  num_cache_clusters         = var.shards == null ? 1 + var.replicas : null
  num_node_groups            = var.shards
  replicas_per_node_group    = var.shards == null ? null : var.replicas
  automatic_failover_enabled = var.shards != null || var.replicas > 0 # cluster mode has no other way
  multi_az_enabled           = var.replicas > 0

  # {% if environment.network.only_zone %}
  preferred_cache_cluster_azs = var.availability_zones
  # {% endif %}
  parameter_group_name       = aws_elasticache_parameter_group.this.name
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = var.security_group_ids
  user_group_ids             = var.user_group_ids
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn

  auto_minor_version_upgrade = false # `version` names the minor one: with a later one, terraform would replace the cache
  maintenance_window         = var.maintenance_window
  snapshot_retention_limit   = var.snapshots.retention_days
  snapshot_window            = var.snapshots.window
  final_snapshot_identifier  = var.final_snapshot_identifier
  apply_immediately          = var.apply_immediately
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}
