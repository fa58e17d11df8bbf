# {% if variant.header and variant.countries %}
# What reaches a gateway behind CloudFront at all: requests with the header of its own distributions, from some countries,
# then what passes rules that AWS keeps, then how much one address may send. web_acl_header is its twin for all countries.
# {% elif variant.header %}
# What reaches a gateway behind CloudFront at all: requests with the header of its own distributions, then what passes
# rules that AWS keeps, then how much one address may send. web_acl_tuned is its twin without the header.
# {% elif variant.countries and variant.cloudfront %}
# What reaches a distribution of CloudFront at all, in us-east-1: requests from some countries, then what passes rules that
# AWS keeps, then how much one address may send. web_acl_cloudfront is its twin for all countries. Shield Standard is always
# on.
# {% elif variant.countries %}
# What reaches a gateway or a load balancer at all: requests from some countries, then what passes rules that AWS keeps,
# then how much one address may send. web_acl_tuned is its twin for all countries. Shield Standard is always on.
# {% elif variant.cloudfront %}
# What reaches a distribution of CloudFront at all, in us-east-1: rules that AWS keeps, of which some may only count what
# they find, then how much one address may send. The distribution says itself that this is its web ACL. Shield Standard
# is always on.
# {% elif variant.tuned %}
# What reaches a gateway or a load balancer at all: rules that AWS keeps, of which some only count what they find, then
# how much one address may send. web_acl is its twin where all rules block. Shield Standard is always on.
# {% else %}
# What reaches a public REST API at all: rules that AWS keeps, then how much one address may send, with or without
# a key. What one key may ask is the usage plan's business. Shield Standard is always on.
# {% endif %}

resource "aws_wafv2_web_acl" "this" {
  # checkov:skip=CKV_AWS_192:the rules are dynamic blocks, which checkov does not follow; known-bad-inputs is one of them
  name        = var.name
  description = var.description
  # {% if variant.cloudfront %}
  scope = "CLOUDFRONT"
  # {% else %}
  scope = "REGIONAL"
  # {% endif %}

  default_action {
    allow {}
  }
  # {% if variant.tuned %}

  dynamic "association_config" {
    for_each = var.inspected_body[*]

    content {
      request_body {
        # {% if variant.cloudfront %}
        cloudfront {
          default_size_inspection_limit = association_config.value
        }
        # {% else %}
        api_gateway {
          default_size_inspection_limit = association_config.value
        }
        # {% endif %}
      }
    }
  }
  # {% endif %}
  # {% if variant.header %}

  # Refuses others instead of allowing these: what a rule allows, no other rule looks at.
  rule {
    name     = "other-distributions"
    priority = 0

    action {
      block {}
    }

    statement {
      not_statement {
        statement {
          regex_pattern_set_reference_statement {
            arn = aws_wafv2_regex_pattern_set.header.arn

            field_to_match {
              single_header {
                name = nonsensitive(var.custom_header.name)
              }
            }

            text_transformation {
              priority = 0
              type     = "NONE"
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-other-distributions"
      sampled_requests_enabled   = true
    }
  }
  # {% endif %}
  # {% if variant.countries %}

  # Refuses other countries instead of allowing these: what a rule allows, no other rule looks at.
  rule {
    name     = "other-countries"
    priority = 1

    action {
      block {}
    }

    statement {
      and_statement {
        statement {
          not_statement {
            statement {
              geo_match_statement {
                country_codes = var.countries
              }
            }
          }
        }

        statement {
          not_statement {
            statement {
              ip_set_reference_statement {
                arn = aws_wafv2_ip_set.health_checkers.arn
              }
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-other-countries"
      sampled_requests_enabled   = true
    }
  }
  # {% endif %}

  dynamic "rule" {
    for_each = var.managed_rules

    content {
      name     = rule.value.name
      priority = 10 * (rule.key + 1)

      # {% if variant.tuned %}
      override_action {
        dynamic "none" {
          for_each = rule.value.action == "block" ? ["as AWS keeps it"] : []
          content {}
        }

        dynamic "count" {
          for_each = rule.value.action == "count" ? ["let through"] : []
          content {}
        }
      }
      # {% else %}
      override_action {
        none {}
      }
      # {% endif %}

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value.group
          # {% if variant.tuned %}

          dynamic "rule_action_override" {
            for_each = rule.value.counted

            content {
              name = rule_action_override.value

              action_to_use {
                count {}
              }
            }
          }
          # {% endif %}
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-${rule.value.name}"
        sampled_requests_enabled   = true
      }
    }
  }

  # {% if variant.tuned %}
  # What these rules find, they count and label: here it is blocked, but on some paths. Paths are compared as a service may
  # read them, without `..`.
  dynamic "rule" {
    for_each = var.counted_at[*]

    content {
      name     = "bodies"
      priority = 900

      action {
        dynamic "block" {
          for_each = rule.value.action == "block" ? ["as AWS keeps it"] : []
          content {}
        }

        dynamic "count" {
          for_each = rule.value.action == "count" ? ["let through"] : []
          content {}
        }
      }

      statement {
        and_statement {
          statement {
            dynamic "label_match_statement" {
              for_each = length(rule.value.labels) == 1 ? rule.value.labels : []

              content {
                scope = "LABEL"
                key   = label_match_statement.value
              }
            }

            dynamic "or_statement" {
              for_each = length(rule.value.labels) == 1 ? [] : [rule.value.labels]

              content {
                dynamic "statement" {
                  for_each = or_statement.value

                  content {
                    label_match_statement {
                      scope = "LABEL"
                      key   = statement.value
                    }
                  }
                }
              }
            }
          }

          statement {
            not_statement {
              statement {
                regex_match_statement {
                  regex_string = rule.value.paths

                  field_to_match {
                    uri_path {}
                  }

                  text_transformation {
                    priority = 0
                    type     = "URL_DECODE"
                  }

                  text_transformation {
                    priority = 1
                    type     = "NORMALIZE_PATH"
                  }
                }
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-bodies"
        sampled_requests_enabled   = true
      }
    }
  }

  # {% endif %}
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

# {% if variant.header %}
# The values of the header, apart from the rules: a plan hides all of what a secret is in.
resource "aws_wafv2_regex_pattern_set" "header" {
  name        = "${var.name}-header"
  description = "Values of the header by which distributions are known"
  scope       = "REGIONAL"

  regular_expression {
    regex_string = "^(${join("|", var.custom_header.values)})$"
  }
}

# {% endif %}
# {% if variant.countries %}
# Health checks of Route 53 come from all over the world, over IPv4 where they are for a name: refused, they would fail over
# by themselves. AWS: "IP address ranges of Amazon Route 53 servers", Amazon Route 53 Developer Guide, by GetCheckerIpRanges
# as AWS's documentation showed it in 2026-11. Ranges that come later are refused: a check is healthy as long as more than
# 18 % of its checkers say so.
resource "aws_wafv2_ip_set" "health_checkers" {
  name        = "${var.name}-health-checkers"
  description = "Health checkers of Route 53"
  # {% if variant.cloudfront %}
  scope = "CLOUDFRONT"
  # {% else %}
  scope = "REGIONAL"
  # {% endif %}
  ip_address_version = "IPV4"

  addresses = [
    "107.23.255.0/26",
    "15.177.0.0/18",
    "176.34.159.192/26",
    "177.71.207.128/26",
    "54.183.255.128/26",
    "54.228.16.0/26",
    "54.232.40.64/26",
    "54.241.32.64/26",
    "54.243.31.192/26",
    "54.244.52.192/26",
    "54.245.168.0/26",
    "54.248.220.0/26",
    "54.250.253.192/26",
    "54.251.31.128/26",
    "54.252.254.192/26",
    "54.252.79.128/26",
    "54.255.254.192/26",
  ]
}

# {% endif %}
# {% if not variant.cloudfront %}
resource "aws_wafv2_web_acl_association" "this" {
  web_acl_arn  = aws_wafv2_web_acl.this.arn
  resource_arn = var.resource_arn
}

# {% endif %}
resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.this.arn]

  # What no rule found fault with is the access log's business. A rule of a group that only counts is EXCLUDED_AS_COUNT.
  # AWS: ActionCondition, AWS WAFV2 API Reference.
  dynamic "logging_filter" {
    for_each = var.log_every_request ? [] : [["BLOCK", "CAPTCHA", "CHALLENGE", "COUNT", "EXCLUDED_AS_COUNT"]]

    content {
      default_behavior = "DROP"

      filter {
        behavior    = "KEEP"
        requirement = "MEETS_ANY"

        dynamic "condition" {
          for_each = logging_filter.value

          content {
            action_condition {
              action = condition.value
            }
          }
        }
      }
    }
  }

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "cookie" # sessions: who reads the log could take one over
    }
  }

  redacted_fields {
    single_header {
      name = "x-api-key"
    }
  }
  # {% if variant.header %}

  redacted_fields {
    single_header {
      name = nonsensitive(var.custom_header.name)
    }
  }
  # {% elif not variant.cloudfront %}

  dynamic "redacted_fields" {
    for_each = var.custom_header_name[*]

    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }
  # {% endif %}
}
