# {% if variant.every_path %}
# Every path of a REST API, passed on to the internal load balancer, which knows the services by their paths: a
# new service needs no change here.

locals {
  uri = "${var.backend_url}/{proxy}"
}

# {% elif variant.function %}
# One path of a REST API and everything below it, handed to a Lambda function as it came (Lambda proxy integration).

locals {
  methods = setunion(var.methods, var.preflight ? ["OPTIONS"] : [])
  uri     = "arn:aws:apigateway:${var.region}:lambda:path/2015-03-31/functions/${var.function_arn}/invocations"
}

# {% else %}
# One path of a REST API and everything below it, passed on to the internal load balancer.

locals {
  methods = setunion(var.methods, var.preflight ? ["OPTIONS"] : [])
  url     = "${var.backend_url}/${var.backend_path}"
  # {% if variant.nested %}

  # What stands in braces keeps its value on the way.
  variables = toset(flatten(regexall("{([A-Za-z0-9]+)}", var.backend_path)))
  values    = { for name in local.variables : "integration.request.path.${name}" => "method.request.path.${name}" }
  # {% endif %}

  # API Gateway trusts public authorities only. Without this it refuses the private CA; name and expiry of the
  # certificate are still checked (API Gateway Developer Guide, TlsConfig).
  tls_config = startswith(var.backend_url, "https:") ? [{ insecure_skip_verification = true }] : []
}

# {% endif %}
# {% if not variant.every_path %}
resource "aws_api_gateway_resource" "path" {
  rest_api_id = var.rest_api_id
  # {% if variant.nested %}
  parent_id = var.parent_id
  path_part = var.path_part
  # {% else %}
  parent_id = var.root_resource_id
  path_part = var.path
  # {% endif %}
}

# The path itself: a greedy {proxy+} takes at least one segment below it.
resource "aws_api_gateway_method" "path" {
  for_each = local.methods

  rest_api_id   = var.rest_api_id
  resource_id   = aws_api_gateway_resource.path.id
  http_method   = each.key
  authorization = var.preflight && each.key == "OPTIONS" ? "NONE" : var.authorization
  # {% if variant.nested %}
  authorizer_id = var.preflight && each.key == "OPTIONS" ? null : var.authorizer_id
  # {% endif %}
  api_key_required = !(var.preflight && each.key == "OPTIONS")
  # {% if variant.nested and not variant.function %}

  request_parameters = { for name in local.variables : "method.request.path.${name}" => true }
  # {% endif %}
}

resource "aws_api_gateway_integration" "path" {
  for_each = aws_api_gateway_method.path

  rest_api_id = each.value.rest_api_id
  resource_id = each.value.resource_id
  http_method = each.value.http_method
  # {% if variant.function %}
  type                    = "AWS_PROXY"
  integration_http_method = "POST" # whatever the caller's method is: it is Invoke that is called
  uri                     = local.uri
  timeout_milliseconds    = 29000
  # {% else %}
  type                    = "HTTP_PROXY"
  integration_http_method = each.value.http_method
  connection_type         = "VPC_LINK"
  connection_id           = var.vpc_link_id
  uri                     = local.url
  timeout_milliseconds    = 29000
  # {% if variant.nested %}

  request_parameters = local.values
  # {% endif %}

  dynamic "tls_config" {
    for_each = local.tls_config

    content {
      insecure_skip_verification = tls_config.value.insecure_skip_verification
    }
  }
  # {% endif %}
}

# {% endif %}
resource "aws_api_gateway_resource" "proxy" {
  rest_api_id = var.rest_api_id
  # {% if variant.every_path %}
  parent_id = var.root_resource_id
  # {% else %}
  parent_id = aws_api_gateway_resource.path.id
  # {% endif %}
  path_part = "{proxy+}"
}

resource "aws_api_gateway_method" "this" {
  # {% if variant.every_path %}
  for_each = setunion(var.methods, var.preflight ? ["OPTIONS"] : [])
  # {% else %}
  for_each = local.methods
  # {% endif %}

  rest_api_id   = var.rest_api_id
  resource_id   = aws_api_gateway_resource.proxy.id
  http_method   = each.key
  authorization = var.preflight && each.key == "OPTIONS" ? "NONE" : var.authorization
  # {% if variant.nested %}
  authorizer_id = var.preflight && each.key == "OPTIONS" ? null : var.authorizer_id
  # {% endif %}
  api_key_required = !(var.preflight && each.key == "OPTIONS")

  # {% if variant.nested and not variant.function %}
  request_parameters = { for name in setunion(local.variables, ["proxy"]) : "method.request.path.${name}" => true }
  # {% else %}
  request_parameters = {
    "method.request.path.proxy" = true
  }
  # {% endif %}
}

resource "aws_api_gateway_integration" "this" {
  for_each = aws_api_gateway_method.this

  rest_api_id = each.value.rest_api_id
  resource_id = each.value.resource_id
  http_method = each.value.http_method
  # {% if variant.function %}
  type                    = "AWS_PROXY"
  integration_http_method = "POST" # whatever the caller's method is: it is Invoke that is called
  uri                     = local.uri
  timeout_milliseconds    = 29000
  # {% else %}
  type                    = "HTTP_PROXY"
  integration_http_method = each.value.http_method
  connection_type         = "VPC_LINK"
  connection_id           = var.vpc_link_id
  # {% if variant.every_path %}
  uri = local.uri
  # {% else %}
  uri = "${local.url}/{proxy}"
  # {% endif %}
  timeout_milliseconds = 29000

  # {% if variant.nested %}
  request_parameters = merge(local.values, { "integration.request.path.proxy" = "method.request.path.proxy" })
  # {% else %}
  request_parameters = {
    "integration.request.path.proxy" = "method.request.path.proxy"
  }
  # {% endif %}

  # {% if variant.every_path %}
  # API Gateway trusts public authorities only. Without this it refuses the private CA; name and expiry of the
  # certificate are still checked (API Gateway Developer Guide, TlsConfig).
  # {% endif %}
  dynamic "tls_config" {
    # {% if variant.every_path %}
    for_each = startswith(var.backend_url, "https:") ? [true] : []
    # {% else %}
    for_each = local.tls_config
    # {% endif %}

    content {
      # {% if variant.every_path %}
      insecure_skip_verification = tls_config.value
      # {% else %}
      insecure_skip_verification = tls_config.value.insecure_skip_verification
      # {% endif %}
    }
  }
  # {% endif %}
}
