# {% extends "modules/api_gateway_private/main.tf" %}
# {% block proof %}
# Callers show an API key, which counts and limits them; who they are is proved by nothing but the network.
# {% endblock %}
# {% block allowed %}
{
  Sid       = "AllowThisNetwork"
  Effect    = "Allow"
  Principal = "*"
  Action    = "execute-api:Invoke" # a private API is closed until its policy opens it
  Resource  = "${aws_api_gateway_rest_api.this.execution_arn}/*"
  Condition = { StringEquals = { "aws:SourceVpce" = var.vpc_endpoint_id } }
},
# {% endblock %}
