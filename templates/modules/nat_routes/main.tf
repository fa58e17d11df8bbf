# Routes of their own, by zone: another kind of gateway changes where they lead, and neither deletes nor makes one.
resource "aws_route" "internet" {
  for_each = var.route_table_ids

  route_table_id         = each.value
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = var.nat_gateway_ids[each.key]
}
