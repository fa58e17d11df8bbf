# One path of a REST API and everything below it, passed on to the internal load balancer.

locals {
  methods = setunion(var.methods, var.preflight ? ["OPTIONS"] : [])
  url     = "${var.backend_url}/${var.backend_path}"

  # API Gateway trusts public authorities only. Without this it refuses the private CA; name and expiry of the
  # certificate are still checked (API Gateway Developer Guide, TlsConfig).
  tls_config = startswith(var.backend_url, "https:") ? [{ insecure_skip_verification = true }] : []
}

resource "aws_api_gateway_resource" "path" {
  rest_api_id = var.rest_api_id
  parent_id   = var.root_resource_id
  path_part   = var.path
}

# The path itself: a greedy {proxy+} takes at least one segment below it.
resource "aws_api_gateway_method" "path" {
  for_each = local.methods

  rest_api_id      = var.rest_api_id
  resource_id      = aws_api_gateway_resource.path.id
  http_method      = each.key
  authorization    = var.preflight && each.key == "OPTIONS" ? "NONE" : var.authorization
  api_key_required = !(var.preflight && each.key == "OPTIONS")
}

resource "aws_api_gateway_integration" "path" {
  for_each = aws_api_gateway_method.path

  rest_api_id             = each.value.rest_api_id
  resource_id             = each.value.resource_id
  http_method             = each.value.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = each.value.http_method
  connection_type         = "VPC_LINK"
  connection_id           = var.vpc_link_id
  uri                     = local.url
  timeout_milliseconds    = 29000

  dynamic "tls_config" {
    for_each = local.tls_config

    content {
      insecure_skip_verification = tls_config.value.insecure_skip_verification
    }
  }
}

resource "aws_api_gateway_resource" "proxy" {
  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.path.id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "this" {
  for_each = local.methods

  rest_api_id      = var.rest_api_id
  resource_id      = aws_api_gateway_resource.proxy.id
  http_method      = each.key
  authorization    = var.preflight && each.key == "OPTIONS" ? "NONE" : var.authorization
  api_key_required = !(var.preflight && each.key == "OPTIONS")

  request_parameters = {
    "method.request.path.proxy" = true
  }
}

resource "aws_api_gateway_integration" "this" {
  for_each = aws_api_gateway_method.this

  rest_api_id             = each.value.rest_api_id
  resource_id             = each.value.resource_id
  http_method             = each.value.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = each.value.http_method
  connection_type         = "VPC_LINK"
  connection_id           = var.vpc_link_id
  uri                     = "${local.url}/{proxy}"
  timeout_milliseconds    = 29000

  request_parameters = {
    "integration.request.path.proxy" = "method.request.path.proxy"
  }

  dynamic "tls_config" {
    for_each = local.tls_config

    content {
      insecure_skip_verification = tls_config.value.insecure_skip_verification
    }
  }
}
