# {% extends "modules/api_gateway_allow_list/main.tf" %}
# {% block proof %}
# Callers show an API key, which counts and limits them; who they are is proved by nothing but their address.
# {% endblock %}
# {% block allowed %}
{
  Sid       = "AllowListedNetworks"
  Effect    = "Allow"
  Principal = "*"
  Action    = "execute-api:Invoke" # an API with a policy is closed until the policy opens it
  Resource  = "${var.execution_arn}/*"
  Condition = { IpAddress = { "aws:SourceIp" = var.cidr_blocks } }
},
# {% endblock %}
