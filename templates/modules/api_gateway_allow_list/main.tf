# The networks that may call a public REST API; from anywhere else a valid key or signature does not help either.
# {% if variant.signed %}
# The policy allows nobody: callers sign (AWS_IAM), and their own role or user has to be allowed.
# {% if variant.second_factor %}
# It refuses sessions that were begun without MFA, and long-lived keys, whose requests do not say so (IAM User Guide: AWS
# global condition context keys, aws:MultiFactorAuthPresent).
# {% endif %}
# {% else %}
# Callers show an API key, which counts and limits them; who they are is proved by nothing but their address.
# {% endif %}

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
      # {% if variant.second_factor %}
      {
        Sid       = "RefuseWithoutSecondFactor"
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke" # signed by a session that MFA began
        Resource  = "${var.execution_arn}/*"
        Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } }
      },
      # {% endif %}
      # {% if not variant.signed %}
      {
        Sid       = "AllowListedNetworks"
        Effect    = "Allow"
        Principal = "*"
        Action    = "execute-api:Invoke" # an API with a policy is closed until the policy opens it
        Resource  = "${var.execution_arn}/*"
        Condition = { IpAddress = { "aws:SourceIp" = var.cidr_blocks } }
      },
      # {% endif %}
    ]
  })
}
