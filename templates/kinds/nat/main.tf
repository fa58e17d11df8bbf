# {% for gateway in own.gateways %}
module "@{gateway.label}" {
  source = "../modules/nat_gateway"

  name            = "@{gateway.name}"
  subnet_id       = module.vpc.public_subnet_ids["@{gateway.zone}"]
  route_table_ids = { for zone in "@{gateway.zones}" : zone => module.vpc.app_route_table_ids[zone] }
}

# {% endfor %}
# {% if own.regional %}
module "@{own.regional.label}" {
  source = "../modules/nat_gateway_regional"

  name            = "@{own.regional.name}"
  vpc_id          = module.vpc.internet_gateway_vpc_id
  route_table_ids = { for zone in "@{own.regional.zones}" : zone => module.vpc.app_route_table_ids[zone] }
}

# {% endif %}
