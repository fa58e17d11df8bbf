module "@{own.api.label}" {
  source = "@{own.module}"

  name                     = "@{own.name}"
  description              = "@{own.description}"
  minimum_compression_size = "@{own.minimum_compression_size}"
  # {% if own.binary_media_types %}
  binary_media_types = "@{own.binary_media_types}"
  # {% endif %}
  # {% if own.is_private %}
  vpc_endpoint_id = "@{own.endpoint.id}"
  # {% elif own.names %}
  disable_execute_api_endpoint = "@{not gateway.keep_default_endpoint}"
  ip_address_type              = "@{own.ip_address_type}"
  # {% endif %}
}

# {% if own.is_private %}
module "@{own.proxy_route.label}" {
  source = "../modules/api_gateway_proxy_route"

  rest_api_id      = "@{own.api.id}"
  root_resource_id = "@{own.api.root_resource_id}"
  methods          = "@{own.proxy_route.methods}"
  authorization    = "@{own.authorization}"
  # {% if own.preflight %}
  preflight = true
  # {% endif %}
  vpc_link_id = "@{own.link.vpc_link_id}"
  backend_url = "@{own.backend_url}"
}

# {% endif %}
# {% if gateway.authorizer %}
module "@{own.authorizer.label}" {
  # {% if gateway.authorizer.user_pools %}
  source = "../modules/api_gateway_cognito_authorizer"
  # {% else %}
  source = "../modules/api_gateway_function_authorizer"
  # {% endif %}

  rest_api_id = "@{own.api.id}"
  # {% if gateway.authorizer.user_pools %}
  user_pool_arns = "@{gateway.authorizer.user_pools}"
  # {% else %}
  region       = "@{own.region}"
  function_arn = "@{own.authorizer_function_arn}"
  # {% endif %}
}

# {% endif %}
# {% for path in own.paths %}
module "@{path.label}" {
  source = "../modules/api_gateway_path"

  rest_api_id = "@{own.api.id}"
  parent_id   = "@{path.parent}"
  path_part   = "@{path.path_part}"
}

# {% endfor %}
# {% for route in own.routes %}
# {% include "kinds/gateways/route.tf" %}

# {% endfor %}
# {% if own.preflight %}
module "@{own.errors.label}" {
  source = "../modules/api_gateway_cross_origin_errors"

  rest_api_id = "@{own.api.id}"
}

# {% endif %}
# {% if own.validates %}
module "@{own.bad_requests.label}" {
  source = "../modules/api_gateway_bad_requests"

  rest_api_id = "@{own.api.id}"
  # {% if own.preflight %}
  cross_origin = true
  # {% endif %}
}

# {% endif %}
# {% if own.has_allow_list %}
module "@{own.allow_list.label}" {
  source = "@{own.allow_list_module}"

  rest_api_id   = "@{own.api.id}"
  execution_arn = "@{own.api.execution_arn}"
  cidr_blocks   = "@{own.cidr_blocks}"
}

# {% endif %}
module "@{own.stage.label}" {
  source = "../modules/api_gateway_stage"

  name                            = "@{own.stage_name}"
  rest_api_id                     = "@{own.api.id}"
  description                     = "@{own.description}"
  requests_per_second             = "@{own.requests_per_second}"
  burst                           = "@{own.burst}"
  traced                          = "@{own.traced}"
  access_log_group_name           = "@{own.access_log_group_name}"
  access_log_retention_in_days    = "@{gateway.access_log_retention}"
  execution_log_retention_in_days = "@{settings.log_retention}"
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}

  redeploy_on = "@{own.redeploy_on}"
  # {% if settings.owns_account_settings %}

  # API Gateway takes a stage with logs only once the account has its logging role.
  depends_on = [module.gateway_logging]
  # {% endif %}
}

# {% if own.names %}
# {% if own.own_certificate %}
# {% include "kinds/zones/certificate.tf" %}

# {% endif %}
module "@{own.domain_names.label}" {
  source = "../modules/api_gateway_domain_names"

  names           = "@{own.names}"
  certificate_arn = "@{own.certificate_arn}"
  rest_api_id     = "@{own.api.id}"
  stage_name      = "@{own.stage.name}"
  ip_address_type = "@{own.ip_address_type}"
}

# {% if own.switch %}
module "@{own.switch.label}" {
  source = "../modules/failover_switch"

  name      = "@{own.name}"
  host_name = "@{own.switch_name}"
}

# {% endif %}
# {% if own.zone_id %}
module "@{own.aliases.label}" {
  source = "@{own.aliases_module}"

  zone_id = "@{own.zone_id}"
  targets = "@{own.domain_names.targets}"
  # {% if gateway.failover %}
  environment = "@{settings.environment}"
  role        = "@{own.failover_role}"
  # {% endif %}
  # {% if own.switch %}
  health_check_id = "@{own.switch.id}"
  # {% endif %}
}

# {% endif %}
# {% endif %}
# {% for plan in own.usage_plans %}
# {% if not loop.first %}

# {% endif %}
module "@{plan.module.label}" {
  source = "@{plan.source}"

  name                = "@{plan.name}"
  description         = "@{plan.description}"
  rest_api_id         = "@{own.api.id}"
  stage_name          = "@{own.stage.name}"
  requests_per_second = "@{plan.requests_per_second}"
  burst               = "@{plan.burst}"
  # {% if plan.has_quota %}
  quota_limit  = "@{plan.quota_limit}"
  quota_period = "@{plan.quota_period}"
  # {% endif %}
  path_limits = "@{own.path_limits}"
}
# {% endfor %}
# {% if own.keys %}

module "@{own.keys_module.label}" {
  # {% if own.usage_plan_ids %}
  source = "../modules/api_gateway_keys_of_plans"
  # {% else %}
  source = "../modules/api_gateway_keys"
  # {% endif %}

  usage_plan_id = "@{own.usage_plan.id}"
  # {% if own.usage_plan_ids %}
  usage_plan_ids = "@{own.usage_plan_ids}"
  # {% endif %}
  keys = "@{own.keys}"
}
# {% endif %}
# {% if own.custom_header %}

# {% include "kinds/custom_headers/main.tf" %}
# {% endif %}
# {% if own.has_firewall_here %}

# {% include "kinds/firewalls/main.tf" %}
# {% endif %}
