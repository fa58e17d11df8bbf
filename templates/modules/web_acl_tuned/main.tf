# {% extends "modules/web_acl/main.tf" %}
# {% block title %}
# What reaches a gateway or a load balancer at all: rules that AWS keeps, of which some only count what they find, then
# how much one address may send. web_acl is its twin where all rules block. Shield Standard is always on.
# {% endblock %}
# {% block action %}
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
# {% endblock %}
# {% block overrides %}

          dynamic "rule_action_override" {
            for_each = rule.value.counted

            content {
              name = rule_action_override.value

              action_to_use {
                count {}
              }
            }
          }
# {% endblock %}
