# {% if not variant.managed_password %}
# Drawn in every run, kept only by the run that writes a new version: neither the plan nor the state has it.
ephemeral "aws_secretsmanager_random_password" "master" {
  password_length     = 40
  exclude_punctuation = true # RDS refuses / @ " and spaces; letters and digits need no quoting anywhere
}

# {% include "parts/master_secret.tf" %}

# {% if not variant.copy %}
# Read back, so that the instance gets what the secret holds and not what this run drew.
ephemeral "aws_secretsmanager_secret_version" "master" {
  secret_id = aws_secretsmanager_secret_version.master.secret_id
}

# {% endif %}
# {% endif %}
# Created before the instance: AWS would make them without retention and without the key.
resource "aws_cloudwatch_log_group" "this" {
  for_each = var.log_exports

  name              = "/aws/rds/instance/${var.identifier}/${each.key}"
  retention_in_days = each.value
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_db_parameter_group" "this" {
  name        = var.parameter_group_name
  family      = var.parameter_group_family
  description = var.description

  dynamic "parameter" {
    for_each = var.parameters

    content {
      name         = parameter.key
      value        = parameter.value.value
      apply_method = parameter.value.apply_method
    }
  }

  # A major upgrade needs the group of the new family while the instance still has the old one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  # checkov:skip=CKV_AWS_226:the catalogue says how far a version may move: a whole one stays until it changes there
  # checkov:skip=CKV_AWS_353:on where the class has Performance Insights, which checkov cannot work out
  # checkov:skip=CKV2_AWS_69:the parameters are a map, which checkov does not follow; rule D120 keeps TLS forced
  identifier = var.identifier
  # {% if variant.copy %}

  # A copy of an instance in another region, with its engine, version, database, users and disk. When this argument goes,
  # RDS makes it an instance of its own, in place.
  replicate_source_db = var.source_arn
  engine_version      = var.engine_version # null leaves it: only while it is upgraded, before its source
  # {% else %}
  engine         = var.engine
  engine_version = var.engine_version
  # {% endif %}
  instance_class = var.instance_class
  multi_az       = var.multi_az
  # {% if environment.network.only_zone %}
  availability_zone = var.availability_zone
  # {% endif %}
  # {% if not variant.copy %}
  db_name = var.database_name
  # {% endif %}
  port = var.port

  # The version is the catalogue's: who changes it there wants the upgrade, and has read the plan.
  allow_major_version_upgrade = true
  auto_minor_version_upgrade  = var.auto_minor_version_upgrade
  # {% if not variant.copy %}

  # Extended support is billed by vCPU and hour: none, from its creation on. AWS's default is to enrol.
  # AWS: CreateDBInstance, EngineLifecycleSupport, Amazon RDS API Reference; CreateDBInstanceReadReplica has no such thing.
  engine_lifecycle_support = "open-source-rds-extended-support-disabled"
  # {% endif %}

  # {% if variant.copy %}
  max_allocated_storage = var.largest_storage
  # {% else %}
  storage_type          = "gp3"
  allocated_storage     = var.storage.size
  max_allocated_storage = var.storage.grow_to
  iops                  = var.storage.iops
  storage_throughput    = var.storage.throughput
  # {% endif %}
  storage_encrypted = true
  kms_key_id        = var.kms_key_arn
  # {% if not variant.copy %}

  # Nobody knows the master password: it is for the break-glass runbook and for the first SQL file.
  username = var.master_username
  # {% if variant.managed_password %}
  # AWS draws the password, keeps it in a secret and rotates it every seven days.
  # AWS: "Password management with Amazon RDS and AWS Secrets Manager", RDS User Guide.
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.secrets_kms_key_arn
  # {% else %}
  # Write-only: neither in the plan nor in the state, and right for an instance with readers, for which AWS manages none.
  # AWS: "Password management with Amazon RDS and AWS Secrets Manager", RDS User Guide, limitations.
  password_wo         = jsondecode(ephemeral.aws_secretsmanager_secret_version.master.secret_string).password
  password_wo_version = var.master_password_version
  # {% endif %}
  # {% endif %}

  iam_database_authentication_enabled = true

  db_subnet_group_name   = var.subnet_group_name
  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  parameter_group_name   = aws_db_parameter_group.this.name
  ca_cert_identifier     = var.ca_identifier

  backup_retention_period  = var.backup_retention_days
  backup_window            = var.backup_window
  maintenance_window       = var.maintenance_window
  copy_tags_to_snapshot    = true
  delete_automated_backups = var.delete_automated_backups
  deletion_protection      = var.deletion_protection
  # {% if variant.copy %}
  skip_final_snapshot = true # RDS takes none of a copy, which has nothing that its source does not have
  # {% else %}
  skip_final_snapshot       = var.skip_final_snapshot
  final_snapshot_identifier = var.final_snapshot_identifier
  # {% endif %}
  apply_immediately = var.apply_immediately

  enabled_cloudwatch_logs_exports = keys(var.log_exports)

  performance_insights_enabled          = var.performance_insights_retention_days != null
  performance_insights_kms_key_id       = var.performance_insights_retention_days != null ? var.kms_key_arn : null
  performance_insights_retention_period = var.performance_insights_retention_days

  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  # {% if variant.copy %}
  # RDS copies a snapshot of the source into this region first: with much data for longer than the provider's 40 minutes,
  # and what it gave up on it would replace (AWS provider, issue 22990).
  timeouts {
    create = "6h"
    update = "2h"
  }

  # {% else %}
  # An instance that was a copy before keeps what it has: `aws rds modify-db-instance --engine-lifecycle-support`.
  lifecycle {
    ignore_changes = [engine_lifecycle_support]
  }

  # {% endif %}
  depends_on = [aws_cloudwatch_log_group.this]
}
