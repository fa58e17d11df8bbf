# Names that lead to one load balancer. An alias costs nothing, and follows its addresses.

resource "aws_route53_record" "this" {
  for_each = toset(var.names)

  zone_id = var.zone_id
  name    = each.key
  type    = "A"

  alias {
    name                   = var.target_name
    zone_id                = var.target_zone_id
    evaluate_target_health = false # there is no second target to fall back on
  }
}
