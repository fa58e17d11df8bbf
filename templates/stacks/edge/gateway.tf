module "@{gateway.label}" {
  source = "@{gateway.module}"

  name                     = "@{gateway.name}"
  description              = "@{gateway.description}"
  minimum_compression_size = "@{gateway.minimum_compression_size}"
  # {% if gateway.is_private %}
  vpc_endpoint_id = local.network.endpoint_execute_api_id
  # {% endif %}
}

# {% if gateway.is_private %}
module "@{proxy_route.label}" {
  source = "../modules/api_gateway_proxy_route"

  rest_api_id      = "@{gateway.id}"
  root_resource_id = "@{gateway.root_resource_id}"
  methods          = "@{proxy_route.methods}"
  authorization    = "@{gateway.authorization}"
  vpc_link_id      = module.gateway_link.vpc_link_id
  backend_url      = "@{gateway.backend_url}"
}

# {% endif %}
# {% for route in routes %}
module "@{route.label}" {
  source = "../modules/api_gateway_route"

  rest_api_id      = "@{gateway.id}"
  root_resource_id = "@{gateway.root_resource_id}"
  path             = "@{route.path}"
  backend_path     = "@{route.backend_path}"
  methods          = "@{route.methods}"
  authorization    = "@{gateway.authorization}"
  vpc_link_id      = module.gateway_link.vpc_link_id
  backend_url      = "@{gateway.backend_url}"
}

# {% endfor %}
# {% if has_allow_list %}
module "@{allow_list.label}" {
  source = "@{allow_list.module}"

  rest_api_id   = "@{gateway.id}"
  execution_arn = "@{gateway.execution_arn}"
  cidr_blocks   = "@{allow_list.cidr_blocks}"
}

# {% endif %}
module "@{stage.label}" {
  source = "../modules/api_gateway_stage"

  name                            = "@{stage.name}"
  rest_api_id                     = "@{gateway.id}"
  description                     = "@{gateway.description}"
  requests_per_second             = "@{stage.requests_per_second}"
  burst                           = "@{stage.burst}"
  access_log_group_name           = "@{stage.access_log_group_name}"
  access_log_retention_in_days    = "@{stage.access_log_retention_in_days}"
  execution_log_retention_in_days = "@{stage.execution_log_retention_in_days}"
  logs_kms_key_arn                = local.security.key_logs_arn

  redeploy_on = "@{stage.redeploy_on}"

  # API Gateway takes a stage with logs only once the account has its logging role.
  depends_on = [module.gateway_logging]
}

module "@{usage_plan.label}" {
  source = "../modules/api_gateway_usage_plan"

  name                = "@{gateway.name}"
  description         = "@{usage_plan.description}"
  rest_api_id         = "@{gateway.id}"
  stage_name          = "@{stage.reference}"
  requests_per_second = "@{usage_plan.requests_per_second}"
  burst               = "@{usage_plan.burst}"
  path_limits         = "@{usage_plan.path_limits}"
}

# {% for key in keys %}
module "@{key.label}" {
  source = "../modules/api_gateway_key"

  name          = "@{key.name}"
  description   = "@{key.description}"
  usage_plan_id = "@{key.usage_plan_id}"
}

# {% endfor %}
# {% if has_firewall %}
module "@{firewall.label}" {
  source = "../modules/web_acl"

  name                  = "@{gateway.name}"
  description           = "@{firewall.description}"
  log_group_name        = "@{firewall.log_group_name}"
  log_retention_in_days = "@{firewall.log_retention_in_days}"
  logs_kms_key_arn      = local.security.key_logs_arn

  managed_rules = "@{firewall.managed_rules}"

  rate_rules = "@{firewall.rate_rules}"
}

module "@{firewall.association_label}" {
  source = "../modules/web_acl_association"

  web_acl_arn  = "@{firewall.arn}"
  resource_arn = "@{stage.arn}"
}

# {% endif %}
# {% include "stacks/_shell/moved.tf" %}
