# {% block title %}
# What reaches a public REST API at all: rules that AWS keeps, then how much one address may send, with or without
# a key. What one key may ask is the usage plan's business. Shield Standard is always on.
# {% endblock %}

resource "aws_wafv2_web_acl" "this" {
  # checkov:skip=CKV_AWS_192:the rules are dynamic blocks, which checkov does not follow; known-bad-inputs is one of them
  name        = var.name
  description = var.description
  # {% block scope %}
  scope = "REGIONAL"
  # {% endblock %}

  default_action {
    allow {}
  }
  # {% block countries %}
  # {% endblock %}

  dynamic "rule" {
    for_each = var.managed_rules

    content {
      name     = rule.value.name
      priority = 10 * (rule.key + 1)

      # {% block action %}
      override_action {
        none {}
      }
      # {% endblock %}

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value.group
          # {% block overrides %}
          # {% endblock %}
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-${rule.value.name}"
        sampled_requests_enabled   = true
      }
    }
  }

  dynamic "rule" {
    for_each = var.rate_rules

    content {
      name     = rule.value.name
      priority = 1000 + rule.key

      action {
        block {
          custom_response {
            response_code = 429
          }
        }
      }

      statement {
        rate_based_statement {
          limit                 = rule.value.requests
          evaluation_window_sec = rule.value.seconds
          aggregate_key_type    = "IP"
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-${rule.value.name}"
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = true
  }
}

# {% block association %}
resource "aws_wafv2_web_acl_association" "this" {
  web_acl_arn  = aws_wafv2_web_acl.this.arn
  resource_arn = var.resource_arn
}

# {% endblock %}
resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.this.arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "x-api-key"
    }
  }
}
