# Every path of a REST API, passed on to the internal load balancer, which knows the services by their paths: a
# new service needs no change here.

locals {
  uri = "${var.backend_url}/{proxy}"
}

resource "aws_api_gateway_resource" "proxy" {
  rest_api_id = var.rest_api_id
  parent_id   = var.root_resource_id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "this" {
  for_each = setunion(var.methods, var.preflight ? ["OPTIONS"] : [])

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
  uri                     = local.uri
  timeout_milliseconds    = 29000

  request_parameters = {
    "integration.request.path.proxy" = "method.request.path.proxy"
  }

  # API Gateway trusts public authorities only. Without this it refuses the private CA; name and expiry of the
  # certificate are still checked (API Gateway Developer Guide, TlsConfig).
  dynamic "tls_config" {
    for_each = startswith(var.backend_url, "https:") ? [true] : []

    content {
      insecure_skip_verification = tls_config.value
    }
  }
}
