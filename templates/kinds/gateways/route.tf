module "@{route.label}" {
  source = "@{route.source}"

  rest_api_id = "@{own.api.id}"
  # {% if own.is_nested %}
  parent_id = "@{route.parent}"
  path_part = "@{route.path_part}"
  # {% else %}
  root_resource_id = "@{own.api.root_resource_id}"
  path             = "@{route.path}"
  # {% endif %}
  # {% if route.function_arn %}
  region       = "@{own.region}"
  function_arn = "@{route.function_arn}"
  # {% else %}
  backend_path = "@{route.backend_path}"
  # {% endif %}
  # {% if route.operations %}
  operations = "@{route.operations}"
  # {% if route.body_models %}
  models = "@{route.body_models}"
  # {% endif %}
  # {% else %}
  methods = "@{route.methods}"
  # {% endif %}
  authorization = "@{route.authorization}"
  # {% if route.authorizer_id %}
  authorizer_id = "@{route.authorizer_id}"
  # {% endif %}
  # {% if own.preflight %}
  preflight = true
  # {% endif %}
  # {% if not route.function_arn %}
  vpc_link_id = "@{own.link.vpc_link_id}"
  backend_url = "@{own.backend_url}"
  # {% endif %}
}
