# {% extends "modules/dns_aliases/main.tf" %}
# {% block title %}
# Names that lead to what AWS gave a name of its own, with addresses of IPv4 and IPv6. An alias costs nothing, and
# follows them.
# {% endblock %}
# {% block more %}

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
# {% endblock %}
