# {% for gateway in own.gateways %}
module "@{gateway.label}" {
  source = "../modules/nat_gateway"

  name            = "@{gateway.name}"
  subnet_id       = module.vpc.public_subnet_ids["@{gateway.zone}"]
  route_table_ids = { for zone in "@{gateway.zones}" : zone => module.vpc.app_route_table_ids[zone] }
}

# {% endfor %}
