module "vpc" {
  # {% if own.has_regional_nat %}
  source = "../modules/vpc_with_internet_gateway"
  # {% else %}
  source = "../modules/vpc"
  # {% endif %}

  name                        = "@{own.name}"
  cidr_block                  = "@{settings.network.cidr}"
  default_security_group_name = "@{own.default_security_group_name}"
  public_route_table_name     = "@{own.public_route_table_name}"
  data_route_table_name       = "@{own.data_name}"

  public_subnets = "@{own.public_subnets}"
  app_subnets    = "@{own.app_subnets}"
  data_subnets   = "@{own.data_subnets}"
}
# {% if own.has_databases %}

module "db_subnet_group" {
  source = "../modules/db_subnet_group"

  name        = "@{own.data_name}"
  description = "@{own.data_description}"
  subnet_ids  = "@{own.subnet_group_subnets}"
}
# {% endif %}
