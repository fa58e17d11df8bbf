module "@{route.label}" {
  source = "../modules/api_gateway_route"

  rest_api_id      = "@{own.api.id}"
  root_resource_id = "@{own.api.root_resource_id}"
  path             = "@{route.path}"
  backend_path     = "@{route.backend_path}"
  methods          = "@{route.methods}"
  authorization    = "@{own.authorization}"
  # {% if own.preflight %}
  preflight = true
  # {% endif %}
  vpc_link_id = "@{own.link.vpc_link_id}"
  backend_url = "@{own.backend_url}"
}
