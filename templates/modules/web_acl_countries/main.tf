# {% extends "modules/web_acl_tuned/main.tf" %}
# {% block title %}
# What reaches a gateway or a load balancer at all: requests from some countries, then what passes rules that AWS keeps,
# then how much one address may send. web_acl_tuned is its twin for all countries. Shield Standard is always on.
# {% endblock %}
# {% block countries %}

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
# {% endblock %}
# {% block association %}
# Health checks of Route 53 come from all over the world, over IPv4 where they are for a name: refused, they would fail over
# by themselves. AWS: "IP address ranges of Amazon Route 53 servers", Amazon Route 53 Developer Guide, by GetCheckerIpRanges
# as AWS's documentation showed it in 2026-11. Ranges that come later are refused: a check is healthy as long as more than
# 18 % of its checkers say so.
resource "aws_wafv2_ip_set" "health_checkers" {
  name               = "${var.name}-health-checkers"
  description        = "Health checkers of Route 53"
  # {% block set_scope %}
  scope              = "REGIONAL"
  # {% endblock %}
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

# {% block attached %}
resource "aws_wafv2_web_acl_association" "this" {
  web_acl_arn  = aws_wafv2_web_acl.this.arn
  resource_arn = var.resource_arn
}

# {% endblock %}
# {% endblock %}
