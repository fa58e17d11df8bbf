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

# {% include "stacks/_shell/moved.tf" %}
