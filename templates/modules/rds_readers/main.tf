# Created before the readers: AWS would make them without retention and without the key.
resource "aws_cloudwatch_log_group" "this" {
  for_each = {
    for pair in setproduct(values(var.readers), keys(var.log_exports)) :
    "${pair[0]}/${pair[1]}" => var.log_exports[pair[1]]
  }

  name              = "/aws/rds/instance/${each.key}"
  retention_in_days = each.value
  kms_key_id        = var.logs_kms_key_arn
}

# Engine, users, disk and its key are those of the source, and so is the version until an upgrade, which AWS makes here first.
resource "aws_db_instance" "this" {
  # checkov:skip=CKV_AWS_157:nothing takes over a reader; its source has the standby
  # checkov:skip=CKV_AWS_226:the catalogue says how far a version may move: a whole one stays until it changes there
  # checkov:skip=CKV_AWS_293:it has nothing that its source does not have, and another is made of that
  # checkov:skip=CKV_AWS_353:on where the class has Performance Insights, which checkov cannot work out
  for_each = var.readers

  identifier          = each.value
  replicate_source_db = var.source_identifier
  engine_version      = var.engine_version
  instance_class      = var.instance_class
  availability_zone   = lookup(var.zones, each.key, null)

  auto_minor_version_upgrade = var.auto_minor_version_upgrade
  max_allocated_storage      = var.largest_storage
  storage_encrypted          = true

  iam_database_authentication_enabled = true

  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  parameter_group_name   = var.parameter_group_name
  ca_cert_identifier     = var.ca_identifier

  maintenance_window    = var.maintenance_window
  copy_tags_to_snapshot = true
  skip_final_snapshot   = true # it has nothing that its source does not have
  apply_immediately     = var.apply_immediately

  enabled_cloudwatch_logs_exports = keys(var.log_exports)

  performance_insights_enabled          = var.performance_insights_retention_days != null
  performance_insights_kms_key_id       = var.performance_insights_retention_days != null ? var.kms_key_arn : null
  performance_insights_retention_period = var.performance_insights_retention_days

  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  # RDS restores a snapshot of the source first: with much data for longer than the provider's 40 minutes.
  timeouts {
    create = "3h"
  }

  depends_on = [aws_cloudwatch_log_group.this]
}
