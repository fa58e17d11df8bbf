# {% if variant.regional %}
# A REST API with an endpoint of the region. REST and not HTTP: usage plans, API keys and WAF exist for REST
# APIs only. Its default endpoint takes TLS 1.0 and newer (API Gateway Developer Guide: Choose a security policy), which
# provider 5.100 cannot change: names of its own take 1.2 and newer, and the default endpoint is off beside them.

resource "aws_api_gateway_rest_api" "this" {
  name                         = var.name
  description                  = var.description
  api_key_source               = "HEADER"
  minimum_compression_size     = coalesce(var.minimum_compression_size, -1) # without a value it would stay
  binary_media_types           = var.binary_media_types
  disable_execute_api_endpoint = var.disable_execute_api_endpoint

  endpoint_configuration {
    types           = ["REGIONAL"]
    ip_address_type = var.ip_address_type
  }
}

# {% else %}
# A REST API that exists within the VPC only: it is reached through the VPC's own execute-api endpoint and
# through no other.
# {% if variant.signed %}
# Mutual TLS does not exist for private APIs, so callers are proved by their signature (AWS_IAM). The policy below
# allows nobody: each caller's own role has to be allowed, path by path.
# {% else %}
# Callers show an API key, which counts and limits them; who they are is proved by nothing but the network.
# {% endif %}

resource "aws_api_gateway_rest_api" "this" {
  name                     = var.name
  description              = var.description
  api_key_source           = "HEADER"
  minimum_compression_size = coalesce(var.minimum_compression_size, -1) # without a value it would stay
  binary_media_types       = var.binary_media_types

  endpoint_configuration {
    types            = ["PRIVATE"]
    vpc_endpoint_ids = [var.vpc_endpoint_id]
  }
}

resource "aws_api_gateway_rest_api_policy" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RefuseOtherNetworks"
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke" # reached from this VPC only
        Resource  = "${aws_api_gateway_rest_api.this.execution_arn}/*"
        Condition = { StringNotEquals = { "aws:SourceVpce" = var.vpc_endpoint_id } }
      },
      # {% if not variant.signed %}
      {
        Sid       = "AllowThisNetwork"
        Effect    = "Allow"
        Principal = "*"
        Action    = "execute-api:Invoke" # a private API is closed until its policy opens it
        Resource  = "${aws_api_gateway_rest_api.this.execution_arn}/*"
        Condition = { StringEquals = { "aws:SourceVpce" = var.vpc_endpoint_id } }
      },
      # {% endif %}
    ]
  })
}

# {% endif %}
