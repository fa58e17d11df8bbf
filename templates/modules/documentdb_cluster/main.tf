# {% if not variant.managed_password %}
# Drawn in every run, kept only by the run that writes a new version: neither the plan nor the state has it.
ephemeral "aws_secretsmanager_random_password" "master" {
  password_length     = 40
  exclude_punctuation = true # DocumentDB refuses / @ and "; letters and digits need no quoting in an address
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

  name              = "/aws/docdb/${var.cluster_identifier}/${each.key}"
  retention_in_days = each.value
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_docdb_cluster_parameter_group" "this" {
  # checkov:skip=CKV_AWS_104:audit logs are on where the catalogue asks for them
  # checkov:skip=CKV_AWS_90:the parameters are a map, which checkov does not follow; rule D146 keeps TLS forced
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

  # A major upgrade needs the group of the new family while the cluster still has the old one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_docdb_cluster" "this" {
  # checkov:skip=CKV_AWS_85:logs go to CloudWatch where the catalogue asks for them
  cluster_identifier = var.cluster_identifier
  engine             = "docdb"
  engine_version     = var.engine_version
  port               = var.port

  # The version is the catalogue's: who changes it there wants the upgrade, and has read the plan.
  allow_major_version_upgrade = true

  # Nobody knows the master password: it is for the first script and for emergencies.
  master_username = var.master_username
  # {% if variant.managed_password %}
  # AWS draws the password, keeps it in a secret and rotates it every seven days.
  # AWS: "Password management with Amazon DocumentDB and AWS Secrets Manager", DocumentDB Developer Guide.
  manage_master_user_password = true
  # {% else %}
  # Write-only: neither in the plan nor in the state.
  master_password_wo         = jsondecode(ephemeral.aws_secretsmanager_secret_version.master.secret_string).password
  master_password_wo_version = var.master_password_version
  # {% endif %}

  db_subnet_group_name            = var.subnet_group_name
  vpc_security_group_ids          = [var.security_group_id]
  db_cluster_parameter_group_name = aws_docdb_cluster_parameter_group.this.name

  storage_encrypted = true
  kms_key_id        = var.kms_key_arn

  backup_retention_period      = var.backup_retention_days
  preferred_backup_window      = var.backup_window
  preferred_maintenance_window = var.maintenance_window
  deletion_protection          = var.deletion_protection
  skip_final_snapshot          = var.skip_final_snapshot
  final_snapshot_identifier    = var.final_snapshot_identifier
  apply_immediately            = var.apply_immediately

  enabled_cloudwatch_logs_exports = keys(var.log_exports)

  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  depends_on = [aws_cloudwatch_log_group.this]
}

# Made before the readers: a cluster's first instance is its writer, whatever its name. After a failover another one
# writes, and this resource is a reader.
resource "aws_docdb_cluster_instance" "writer" {
  cluster_identifier = aws_docdb_cluster.this.cluster_identifier
  identifier         = var.instances["writer"].identifier
  instance_class     = var.instance_class
  availability_zone  = var.instances["writer"].availability_zone
  promotion_tier     = var.instances["writer"].promotion_tier
  ca_cert_identifier = var.ca_identifier

  apply_immediately            = var.apply_immediately
  preferred_maintenance_window = var.maintenance_window
  copy_tags_to_snapshot        = true
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}

resource "aws_docdb_cluster_instance" "reader" {
  for_each = { for role, instance in var.instances : role => instance if role != "writer" }

  cluster_identifier = aws_docdb_cluster_instance.writer.cluster_identifier
  identifier         = each.value.identifier
  instance_class     = var.instance_class
  availability_zone  = each.value.availability_zone
  promotion_tier     = each.value.promotion_tier
  ca_cert_identifier = var.ca_identifier

  apply_immediately            = var.apply_immediately
  preferred_maintenance_window = var.maintenance_window
  copy_tags_to_snapshot        = true
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}
