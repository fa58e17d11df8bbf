# Who may connect is said beside each caller.
module "security_group_endpoints" {
  source = "../modules/security_group"

  name        = "@{own.group_name}"
  description = "@{own.group_description}"
  vpc_id      = module.vpc.id
}

# {% if own.open_ingress %}
module "security_group_execute_api" {
  source = "../modules/security_group_open"

  name        = "@{own.open_name}"
  description = "@{own.open_description}"
  vpc_id      = module.vpc.id

  open_ingress = "@{own.open_ingress}"
}

# {% endif %}
# {% for endpoint in own.endpoints %}
module "@{endpoint.label}" {
  source = "../modules/vpc_interface_endpoint"

  name               = "@{endpoint.name}"
  vpc_id             = module.vpc.id
  service_name       = "@{endpoint.service_name}"
  subnet_ids         = "@{own.subnets}"
  security_group_ids = "@{endpoint.security_group_ids}"
}

# {% endfor %}
