module "vpc" {
  source = "../modules/vpc"

  name                        = "@{vpc.name}"
  cidr_block                  = "@{vpc.cidr_block}"
  default_security_group_name = "@{vpc.default_security_group_name}"
  public_route_table_name     = "@{vpc.public_route_table_name}"
  data_route_table_name       = "@{vpc.data_route_table_name}"

  public_subnets = "@{vpc.public_subnets}"
  app_subnets    = "@{vpc.app_subnets}"
  data_subnets   = "@{vpc.data_subnets}"
}

# {% for gateway in nat_gateways %}
module "@{gateway.label}" {
  source = "../modules/nat_gateway"

  name            = "@{gateway.name}"
  subnet_id       = "@{gateway.subnet_id}"
  route_table_ids = "@{gateway.route_table_ids}"
}

# {% endfor %}
module "db_subnet_group" {
  source = "../modules/db_subnet_group"

  name        = "@{subnet_group.name}"
  description = "@{subnet_group.description}"
  subnet_ids  = values(module.vpc.data_subnet_ids)
}

module "namespace" {
  source = "../modules/private_dns_namespace"

  name        = "@{namespace.name}"
  description = "@{namespace.description}"
  vpc_id      = module.vpc.vpc_id
}
