module "@{own.usage_plan.label}" {
  source = "../modules/api_gateway_usage_plan"

  name                = "@{own.name}"
  description         = "@{own.limit_description}"
  rest_api_id         = "@{own.gateway.api.id}"
  stage_name          = "@{own.gateway.stage.name}"
  requests_per_second = "@{own.limit_per_second}"
  burst               = "@{own.burst}"
  path_limits         = {}
}

module "@{own.keys_module.label}" {
  # {% if entry.limit_until %}
  source = "../modules/api_gateway_keys_until"
  # {% else %}
  source = "../modules/api_gateway_keys"
  # {% endif %}

  usage_plan_id = "@{own.usage_plan.id}"
  keys          = "@{own.keys}"
  # {% if entry.limit_until %}
  valid_until = "@{entry.limit_until}"
  # {% endif %}
}
