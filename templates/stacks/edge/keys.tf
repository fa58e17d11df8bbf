# {% for key in keys %}
module "@{key.label}" {
  source = "../modules/api_gateway_key"

  name          = "@{key.name}"
  description   = "@{key.description}"
  usage_plan_id = "@{key.usage_plan_id}"
}

# {% endfor %}
# {% include "stacks/_shell/moved.tf" %}
