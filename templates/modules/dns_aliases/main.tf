# {% if variant.dualstack %}
# Names that lead to what AWS gave a name of its own, with addresses of IPv4 and IPv6. An alias costs nothing, and
# follows them.
# {% elif variant.failover %}
# Names that lead here or to another region: to the primary, unless that is unwell and the secondary is well. An alias costs
# nothing, and follows the addresses of its target.
# {% else %}
# Names that lead to what AWS gave a name of its own. An alias costs nothing, and follows its addresses.
# {% endif %}

resource "aws_route53_record" "this" {
  # checkov:skip=CKV2_AWS_23:it leads to what its caller makes, by that module's own output
  for_each = var.targets

  zone_id = var.zone_id
  name    = each.key
  type    = "A"

  alias {
    name    = each.value.name
    zone_id = each.value.zone_id
    # {% if variant.failover %}
    # The primary's health check alone decides: CodeDeploy leaves one of two target groups empty, which Route 53 would take for
    # unhealthy. The secondary has none: it is not led to as long as it has no healthy task.
    evaluate_target_health = var.role == "SECONDARY"
    # {% else %}
    evaluate_target_health = false # there is no second target to fall back on
    # {% endif %}
  }
  # {% if variant.failover %}

  set_identifier  = var.environment
  health_check_id = var.health_check_id

  failover_routing_policy {
    type = var.role
  }
  # {% endif %}
}
# {% if variant.dualstack %}

resource "aws_route53_record" "ipv6" {
  for_each = var.targets

  zone_id = var.zone_id
  name    = each.key
  type    = "AAAA"

  alias {
    name                   = each.value.name
    zone_id                = each.value.zone_id
    evaluate_target_health = false
  }
}
# {% endif %}
