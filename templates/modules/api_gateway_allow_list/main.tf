# The networks that may call a public REST API; from anywhere else a valid key or signature does not help either.
# {% block proof %}
# The policy allows nobody: callers sign (AWS_IAM), and their own role or user has to be allowed.
# {% endblock %}

resource "aws_api_gateway_rest_api_policy" "this" {
  rest_api_id = var.rest_api_id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RefuseOtherNetworks"
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke" # reached from the listed networks only
        Resource  = "${var.execution_arn}/*"
        Condition = { NotIpAddress = { "aws:SourceIp" = var.cidr_blocks } }
      },
      # {% block allowed %}
      # {% endblock %}
    ]
  })
}
