# A domain in the VPC: encrypted everywhere, reached with TLS by who signs with an IAM role that is known inside.

locals {
  arn = "arn:aws:es:${var.region}:${var.account_id}:domain/${var.name}"
}

# The master inside: a role, so that there is no password. Who may assume it is IAM's to say.
resource "aws_iam_role" "master" {
  # checkov:skip=CKV_AWS_61:people of the account assume it, each whom IAM lets; no service does
  name        = var.master_role_name
  description = "Administers the search domain ${var.name}"
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "PeopleOfAccount"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "master" {
  name = "administer-domain"
  role = aws_iam_role.master.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "AdministerDomain"
      Effect = "Allow"
      Action = [
        "es:ESHttpDelete",
        "es:ESHttpGet",
        "es:ESHttpHead",
        "es:ESHttpPatch",
        "es:ESHttpPost",
        "es:ESHttpPut",
      ]
      Resource = "${aws_opensearch_domain.this.arn}/*"
    }]
  })
}

# Created before the domain: AWS would refuse logs without a group.
resource "aws_cloudwatch_log_group" "this" {
  for_each = var.log_exports

  name              = each.value.group
  retention_in_days = each.value.retention
  kms_key_id        = var.logs_kms_key_arn
}

# AWS: "Monitoring OpenSearch logs with Amazon CloudWatch Logs", Amazon OpenSearch Service Developer Guide.
resource "aws_cloudwatch_log_resource_policy" "this" {
  count = length(var.log_exports) == 0 ? 0 : 1

  policy_name = "${var.name}-search-logs"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "WriteLogsOfDomain"
      Effect    = "Allow"
      Principal = { Service = "es.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = [for group in aws_cloudwatch_log_group.this : "${group.arn}:*"]
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
        ArnLike      = { "aws:SourceArn" = local.arn }
      }
    }]
  })
}

resource "aws_opensearch_domain" "this" {
  # checkov:skip=CKV_AWS_84:logs go to CloudWatch where the catalogue asks for them
  # checkov:skip=CKV_AWS_317:audit logs are on where the catalogue asks for them
  # checkov:skip=CKV_AWS_318:rule D186 asks for three nodes or for masters in production
  # checkov:skip=CKV2_AWS_59:rule D186 asks for three nodes or for masters in production
  domain_name    = var.name
  engine_version = var.engine_version

  cluster_config {
    instance_type                 = var.instance_type
    instance_count                = var.instance_count
    zone_awareness_enabled        = var.zone_count > 1
    multi_az_with_standby_enabled = var.standby

    dynamic "zone_awareness_config" {
      for_each = var.zone_count > 1 ? [var.zone_count] : []

      content {
        availability_zone_count = zone_awareness_config.value
      }
    }

    dedicated_master_enabled = var.masters != null
    dedicated_master_type    = var.masters == null ? null : var.masters.instance_type
    dedicated_master_count   = var.masters == null ? null : var.masters.instance_count
  }

  ebs_options {
    ebs_enabled = var.storage != null
    volume_type = var.storage == null ? null : "gp3"
    volume_size = var.storage == null ? null : var.storage.size
    iops        = var.storage == null ? null : var.storage.iops
    throughput  = var.storage == null ? null : var.storage.throughput
  }

  vpc_options {
    subnet_ids         = var.subnet_ids
    security_group_ids = [var.security_group_id]
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.kms_key_arn
  }

  node_to_node_encryption {
    enabled = true
  }

  # From TLS 1.2 on, with forward secrecy; AWS offers no policy that demands TLS 1.3.
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  # Who asks is known by its IAM role; there are no users with passwords.
  advanced_security_options {
    enabled                        = true
    internal_user_database_enabled = false

    master_user_options {
      master_user_arn = aws_iam_role.master.arn
    }
  }

  # IAM says which roles of the account may send which requests, and the roles inside what comes of them. A browser signs
  # nothing: where people sign in, only the security group and the roles inside say who comes in (Amazon OpenSearch Service
  # Developer Guide: Fine-grained access control, Recommended configurations, "SAML authentication to access Dashboards").
  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = var.saml == null ? "RolesOfAccount" : "RolesInside"
      Effect    = "Allow"
      Principal = { AWS = var.saml == null ? "arn:aws:iam::${var.account_id}:root" : "*" }
      Action    = "es:ESHttp*"
      Resource  = "${local.arn}/*"
    }]
  })

  # AWS has none for T3 (Amazon OpenSearch Service Developer Guide: Auto-Tune).
  dynamic "auto_tune_options" {
    for_each = startswith(var.instance_type, "t3.") ? [] : ["ENABLED"]

    content {
      desired_state       = auto_tune_options.value
      use_off_peak_window = true
    }
  }

  off_peak_window_options {
    enabled = true

    off_peak_window {
      window_start_time {
        hours   = tonumber(split(":", var.off_peak_start)[0])
        minutes = tonumber(split(":", var.off_peak_start)[1])
      }
    }
  }

  software_update_options {
    auto_software_update_enabled = var.auto_update
  }

  dynamic "log_publishing_options" {
    for_each = var.log_exports

    content {
      log_type                 = log_publishing_options.key
      cloudwatch_log_group_arn = aws_cloudwatch_log_group.this[log_publishing_options.key].arn
    }
  }

  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  depends_on = [aws_cloudwatch_log_resource_policy.this, var.service_linked_role_arn]
}

resource "aws_opensearch_domain_saml_options" "this" {
  count = var.saml == null ? 0 : 1

  domain_name = aws_opensearch_domain.this.domain_name

  saml_options {
    enabled                 = true
    master_backend_role     = var.saml.master_backend_role
    roles_key               = var.saml.roles_key
    session_timeout_minutes = var.saml.session_timeout_minutes

    idp {
      entity_id        = var.saml.entity_id
      metadata_content = var.saml.metadata_content
    }
  }
}
