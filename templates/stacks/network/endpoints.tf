# Image layers come from S3: through the gateway endpoint they cost nothing and never leave AWS's network.
module "endpoint_s3" {
  source = "../modules/vpc_gateway_endpoint"

  name            = "@{object_store.name}"
  vpc_id          = module.vpc.vpc_id
  service_name    = "@{object_store.service_name}"
  route_table_ids = values(module.vpc.app_route_table_ids)
}

# {% if has_interface_endpoints %}
# Who may connect is said in the security stack, beside each caller.
module "endpoints_security_group" {
  source = "../modules/security_group"

  name        = "@{group.name}"
  description = "@{group.description}"
  vpc_id      = module.vpc.vpc_id
  ingress     = {}
  egress      = {}
}

# {% for endpoint in endpoints %}
module "@{endpoint.label}" {
  source = "../modules/vpc_interface_endpoint"

  name              = "@{endpoint.name}"
  vpc_id            = module.vpc.vpc_id
  service_name      = "@{endpoint.service_name}"
  subnet_ids        = values(module.vpc.app_subnet_ids)
  security_group_id = module.endpoints_security_group.id
}

# {% endfor %}
# {% endif %}
