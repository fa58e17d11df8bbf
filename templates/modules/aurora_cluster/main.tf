# {% if not variant.managed_password and not variant.secondary %}
# Drawn in every run, kept only by the run that writes a new version: neither the plan nor the state has it.
ephemeral "aws_secretsmanager_random_password" "master" {
  password_length     = 40
  exclude_punctuation = true # RDS refuses / @ " and spaces; letters and digits need no quoting anywhere
}

# {% include "parts/master_secret.tf" %}

# Read back, so that the cluster gets what the secret holds and not what this run drew.
ephemeral "aws_secretsmanager_secret_version" "master" {
  secret_id = aws_secretsmanager_secret_version.master.secret_id
}

# {% endif %}
# Created before the cluster: AWS would make them without retention and without the key.
resource "aws_cloudwatch_log_group" "this" {
  for_each = var.log_exports

  name              = "/aws/rds/cluster/${var.cluster_identifier}/${each.key}"
  retention_in_days = each.value
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_rds_cluster_parameter_group" "this" {
  name = var.parameter_group_name
  # {% if variant.any_engine %}
  family = var.parameter_group_family
  # {% else %}
  family = "aurora-mysql8.0"
  # {% endif %}
  description = var.description

  # {% if not variant.any_engine %}
  # Connections without TLS are refused.
  # AWS: "Security with Amazon Aurora MySQL", Aurora User Guide.
  parameter {
    name         = "require_secure_transport"
    value        = "ON"
    apply_method = "immediate"
  }

  # Every operation is audited: connections, the text of all statements, the tables they touch.
  # AWS: "Using Advanced Auditing with an Amazon Aurora MySQL DB cluster", Aurora User Guide. QUERY includes QUERY_DCL,
  # QUERY_DDL and QUERY_DML; no user is excluded, so none is listed.
  dynamic "parameter" {
    for_each = var.audited ? { server_audit_logging = "1", server_audit_events = "CONNECT,QUERY,TABLE" } : {}

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "immediate"
    }
  }

  parameter {
    name         = "slow_query_log"
    value        = "1"
    apply_method = "immediate"
  }

  parameter {
    name         = "long_query_time"
    value        = tostring(var.slow_query_seconds)
    apply_method = "immediate"
  }

  # {% endif %}
  # What a database needs of its own.
  dynamic "parameter" {
    for_each = var.parameters

    content {
      name         = parameter.key
      value        = parameter.value.value
      apply_method = parameter.value.apply_method
    }
  }
  # {% if variant.any_engine %}

  # A major upgrade needs the group of the new family while the cluster still has the old one.
  lifecycle {
    create_before_destroy = true
  }
  # {% endif %}
}

resource "aws_rds_cluster" "this" {
  # checkov:skip=CKV2_AWS_27:the parameters are a map, which checkov does not follow; slow statements are logged
  cluster_identifier = var.cluster_identifier
  # {% if variant.any_engine %}
  engine = var.engine
  # {% else %}
  engine = "aurora-mysql"
  # {% endif %}
  engine_mode    = "provisioned" # Serverless v2 is a capacity of provisioned clusters
  engine_version = var.engine_version
  # {% if variant.secondary %}
  port = var.port

  # A copy of what the cluster of another region writes, with its users and its database. Its instances are readers, until
  # a failover makes one of them the writer.
  # AWS: "Getting started with Amazon Aurora global databases", Aurora User Guide, adding an AWS Region.
  global_cluster_identifier = var.global_cluster_identifier
  # {% else %}
  database_name = var.database_name
  port          = var.port
  # {% endif %}
  # {% if variant.any_engine %}

  # The version is the catalogue's: who changes it there wants the upgrade, and has read the plan.
  allow_major_version_upgrade = true
  # {% endif %}

  # Extended support is billed by vCPU and hour: none, from its creation on. AWS's default is to enrol, MySQL too.
  # AWS: CreateDBCluster, EngineLifecycleSupport, Amazon RDS API Reference.
  engine_lifecycle_support = "open-source-rds-extended-support-disabled"

  # {% if not variant.secondary %}
  # Nobody knows the master password: it is for the break-glass runbook and for the first SQL file.
  master_username = var.master_username
  # {% if variant.managed_password %}
  # AWS draws the password, keeps it in a secret and rotates it every seven days.
  # AWS: "Password management with Amazon Aurora and AWS Secrets Manager", Aurora User Guide.
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.secrets_kms_key_arn
  # {% else %}
  # Write-only: neither in the plan nor in the state, and right for a global database too, for which AWS manages none.
  # AWS: "Password management with Amazon Aurora and AWS Secrets Manager", Aurora User Guide, limitations.
  master_password_wo         = jsondecode(ephemeral.aws_secretsmanager_secret_version.master.secret_string).password
  master_password_wo_version = var.master_password_version
  # {% endif %}

  # {% endif %}
  iam_database_authentication_enabled = true
  enable_http_endpoint                = var.data_api

  db_subnet_group_name            = var.subnet_group_name
  vpc_security_group_ids          = [var.security_group_id]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this.name

  storage_encrypted = true
  kms_key_id        = var.kms_key_arn

  backup_retention_period      = var.backup_retention_days
  preferred_backup_window      = var.backup_window
  preferred_maintenance_window = var.maintenance_window
  copy_tags_to_snapshot        = true
  deletion_protection          = var.deletion_protection
  skip_final_snapshot          = var.skip_final_snapshot
  final_snapshot_identifier    = var.final_snapshot_identifier
  apply_immediately            = var.apply_immediately

  enabled_cloudwatch_logs_exports = keys(var.log_exports)

  database_insights_mode                = var.database_insights_mode
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.kms_key_arn
  performance_insights_retention_period = var.performance_insights_retention_days

  # {% if variant.any_engine %}
  dynamic "serverlessv2_scaling_configuration" {
    for_each = var.capacity[*]

    content {
      min_capacity             = serverlessv2_scaling_configuration.value.min
      max_capacity             = serverlessv2_scaling_configuration.value.max
      seconds_until_auto_pause = serverlessv2_scaling_configuration.value.seconds_until_pause
    }
  }
  # {% else %}
  serverlessv2_scaling_configuration {
    min_capacity = var.min_capacity
    max_capacity = var.max_capacity
  }
  # {% endif %}

  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  # A cluster that was made before this said so keeps what it has: `aws rds modify-db-cluster --engine-lifecycle-support`.
  # {% if variant.global or variant.secondary %}
  #
  # What of a global database the clusters are to each other changes with each failover, and replaces neither: nobody asks
  # for a database or a user that the cluster has already, and which AWS may tell of the writing cluster alone.
  lifecycle {
    ignore_changes = [
      database_name,
      engine_lifecycle_support,
      global_cluster_identifier,
      master_username,
      replication_source_identifier,
    ]
  }
  # {% else %}
  lifecycle {
    ignore_changes = [engine_lifecycle_support]
  }
  # {% endif %}

  depends_on = [aws_cloudwatch_log_group.this]
}

locals {
  # {% if variant.any_engine %}
  instance_class = var.instance_class
  # {% else %}
  instance_class = "db.serverless"
  # {% endif %}

  # {% if variant.any_engine %}
  auto_minor_version_upgrade = var.auto_minor_version_upgrade
  # {% else %}
  # AWS: "Aurora MySQL long-term support (LTS) releases", Aurora User Guide: an automatic upgrade may leave the LTS line.
  auto_minor_version_upgrade = false
  # {% endif %}
}

# Made before the readers: a cluster's first instance is its writer, whatever its name (Aurora User Guide: Creating an
# Amazon Aurora DB cluster). After a failover another one writes, and this resource is a reader.
resource "aws_rds_cluster_instance" "writer" {
  # checkov:skip=CKV_AWS_226:the catalogue says how far a version may move: a whole one stays until it changes there
  # checkov:skip=CKV_AWS_353:the cluster turns Performance Insights on for all of its instances
  cluster_identifier = aws_rds_cluster.this.cluster_identifier
  identifier         = var.instances["writer"].identifier
  engine             = aws_rds_cluster.this.engine
  instance_class     = local.instance_class
  availability_zone  = var.instances["writer"].availability_zone
  promotion_tier     = var.instances["writer"].promotion_tier

  publicly_accessible          = false
  apply_immediately            = var.apply_immediately
  preferred_maintenance_window = var.maintenance_window
  auto_minor_version_upgrade   = local.auto_minor_version_upgrade
  copy_tags_to_snapshot        = true
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}

resource "aws_rds_cluster_instance" "reader" {
  # checkov:skip=CKV_AWS_226:the catalogue says how far a version may move: a whole one stays until it changes there
  # checkov:skip=CKV_AWS_353:the cluster turns Performance Insights on for all of its instances
  for_each = { for role, instance in var.instances : role => instance if role != "writer" }

  cluster_identifier = aws_rds_cluster_instance.writer.cluster_identifier
  identifier         = each.value.identifier
  engine             = aws_rds_cluster.this.engine
  instance_class     = local.instance_class
  availability_zone  = each.value.availability_zone
  promotion_tier     = each.value.promotion_tier

  publicly_accessible          = false
  apply_immediately            = var.apply_immediately
  preferred_maintenance_window = var.maintenance_window
  auto_minor_version_upgrade   = local.auto_minor_version_upgrade
  copy_tags_to_snapshot        = true
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}

moved {
  from = aws_rds_cluster_instance.this["writer"]
  to   = aws_rds_cluster_instance.writer
}

moved {
  from = aws_rds_cluster_instance.this
  to   = aws_rds_cluster_instance.reader
}
# {% if variant.global %}

# Made of the cluster, with its engine and version: minor versions reach the clusters one by one, the copies first.
# AWS: "Upgrading an Amazon Aurora global database", Aurora User Guide, minor version upgrades.
resource "aws_rds_global_cluster" "this" {
  global_cluster_identifier    = var.global_cluster_identifier
  source_db_cluster_identifier = aws_rds_cluster.this.arn
  deletion_protection          = var.deletion_protection
  force_destroy                = true # lets its clusters go first, each with its data; they are protected themselves

  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  # Only what it was made of: after a failover another cluster writes, and AWS tells nobody.
  lifecycle {
    ignore_changes = [source_db_cluster_identifier]
  }

  depends_on = [aws_rds_cluster_instance.writer]
}
# {% endif %}
