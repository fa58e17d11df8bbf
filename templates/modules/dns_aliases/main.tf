# {% block title %}
# Names that lead to what AWS gave a name of its own. An alias costs nothing, and follows its addresses.
# {% endblock %}

resource "aws_route53_record" "this" {
  # checkov:skip=CKV2_AWS_23:it leads to what its caller makes, by that module's own output
  for_each = var.targets

  zone_id = var.zone_id
  name    = each.key
  type    = "A"

  alias {
    name    = each.value.name
    zone_id = each.value.zone_id
    # {% block health %}
    evaluate_target_health = false # there is no second target to fall back on
    # {% endblock %}
  }
  # {% block routing %}
  # {% endblock %}
}
# {% block more %}
# {% endblock %}
