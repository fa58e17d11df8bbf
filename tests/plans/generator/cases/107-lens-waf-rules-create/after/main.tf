resource "aws_wafv2_web_acl" "edge" {
  name  = "edge"
  scope = "REGIONAL"
  default_action {
    block {}
  }
  rule {
    name     = "asn"
    priority = 0
    action {
      block {}
    }
    statement {
      asn_match_statement {
        asn_list = [64496, 64497]
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "asn"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "geo"
    priority = 1
    action {
      captcha {
        custom_request_handling {
          insert_header {
            name  = "x-waf"
            value = "asked"
          }
        }
      }
    }
    statement {
      geo_match_statement {
        country_codes = ["JP"]
        forwarded_ip_config {
          header_name       = "X-Forwarded-For"
          fallback_behavior = "MATCH"
        }
      }
    }
    rule_label {
      name = "seen"
    }
    captcha_config {
      immunity_time_property {
        immunity_time = 120
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "geo"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "label"
    priority = 2
    action {
      block {}
    }
    statement {
      label_match_statement {
        scope = "LABEL"
        key   = "awswaf:managed:aws:bot-control:bot:verified"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "label"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "regex"
    priority = 3
    action {
      block {}
    }
    statement {
      regex_match_statement {
        regex_string = "^/api/v[0-9]+/"
        field_to_match {
          uri_path {}
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "regex"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "regex-set"
    priority = 4
    action {
      block {}
    }
    statement {
      regex_pattern_set_reference_statement {
        arn = "arn:aws:wafv2:us-east-1:123456789012:regional/regexpatternset/paths/1111"
        field_to_match {
          single_header {
            name = "user-agent"
          }
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "regex-set"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "size"
    priority = 5
    action {
      block {}
    }
    statement {
      size_constraint_statement {
        comparison_operator = "GT"
        size                = 8192
        field_to_match {
          body {
            oversize_handling = "CONTINUE"
          }
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "size"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "sqli"
    priority = 6
    action {
      block {}
    }
    statement {
      sqli_match_statement {
        sensitivity_level = "HIGH"
        field_to_match {
          all_query_arguments {}
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "sqli"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "xss"
    priority = 7
    action {
      block {}
    }
    statement {
      xss_match_statement {
        field_to_match {
          single_query_argument {
            name = "q"
          }
        }
        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "xss"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "both"
    priority = 8
    action {
      block {}
    }
    statement {
      and_statement {
        statement {
          ip_set_reference_statement {
            arn = "arn:aws:wafv2:us-east-1:123456789012:regional/ipset/offices/2222"
          }
        }
        statement {
          or_statement {
            statement {
              geo_match_statement {
                country_codes = ["DE", "FR"]
              }
            }
            statement {
              label_match_statement {
                scope = "NAMESPACE"
                key   = "technova:"
              }
            }
          }
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "both"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "rate"
    priority = 9
    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit              = 500
        aggregate_key_type = "CUSTOM_KEYS"
        custom_key {
          ip {}
        }
        custom_key {
          header {
            name = "x-tenant"
            text_transformation {
              priority = 0
              type     = "NONE"
            }
          }
        }
        scope_down_statement {
          byte_match_statement {
            search_string         = "/login"
            positional_constraint = "EXACTLY"
            field_to_match {
              uri_path {}
            }
            text_transformation {
              priority = 1
              type     = "URL_DECODE"
            }
            text_transformation {
              priority = 2
              type     = "LOWERCASE"
            }
          }
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "bots"
    priority = 20
    override_action {
      count {}
    }
    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesBotControlRuleSet"
        managed_rule_group_configs {
          aws_managed_rules_bot_control_rule_set {
            inspection_level = "TARGETED"
          }
        }
        scope_down_statement {
          geo_match_statement {
            country_codes = ["CN"]
          }
        }
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "bots"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "own"
    priority = 21
    override_action {
      none {}
    }
    statement {
      rule_group_reference_statement {
        arn = aws_wafv2_rule_group.own.arn
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "own"
      sampled_requests_enabled   = true
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "edge"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_rule_group" "own" {
  name     = "own"
  scope    = "REGIONAL"
  capacity = 50
  rule {
    name     = "countries"
    priority = 1
    action {
      count {}
    }
    statement {
      geo_match_statement {
        country_codes = ["JP", "US"]
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "countries"
      sampled_requests_enabled   = true
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "edge"
    sampled_requests_enabled   = true
  }
}
