# {% for gateway in own.gateways %}
module "@{gateway.label}" {
  source = "../modules/nat_gateway"

  name      = "@{gateway.name}"
  subnet_id = module.vpc.public_subnet_ids["@{gateway.zone}"]
}

# {% endfor %}
# {% if own.regional %}
module "@{own.regional.label}" {
  source = "../modules/nat_gateway_regional"

  name   = "@{own.regional.name}"
  vpc_id = module.vpc.internet_gateway_vpc_id
  zones  = "@{own.regional.zones}"
}

# {% endif %}
module "nat_routes" {
  source = "../modules/nat_routes"

  route_table_ids = { for zone in "@{own.zones}" : zone => module.vpc.app_route_table_ids[zone] }
  nat_gateway_ids = "@{own.ways}"
}

# {% for route in own.routes %}
moved {
  from = "@{route.former}"
  to   = "@{route.address}"
}

# {% endfor %}
