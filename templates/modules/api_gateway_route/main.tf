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
# {% if variant.validated %}
# One path of a REST API and what a contract has below it, passed on to the internal load balancer. API Gateway refuses
# whatever the contract does not have (403), and requests that it does not allow (400). Of parameters it checks only
# that they are there (AWS: API Gateway Developer Guide, Request validation for REST APIs).
# {% else %}
# One path of a REST API and everything below it, passed on to the internal load balancer.
# {% endif %}

locals {
  # {% if variant.validated %}
  paths = toset([for key in keys(var.operations) : split(" ", key)[1]])

  # Browsers send neither what a contract requires nor a body when they ask first.
  methods = merge(var.operations, {
    for path in local.paths : "OPTIONS ${path}" => { parameters = toset([]), models = tomap({}) } if var.preflight
  })

  # Every path is a resource, and those above it are.
  resources = setunion([], [for path in local.paths : [
    for depth in range(2, length(split("/", path)) + 1) : join("/", slice(split("/", path), 0, depth)) if path != "/"
  ]]...)
  resource_ids = merge(
    { "/" = aws_api_gateway_resource.path.id },
    { for path, resource in aws_api_gateway_resource.depth_1 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.depth_2 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.depth_3 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.depth_4 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.depth_5 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.depth_6 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.depth_7 : path => resource.id },
    { for path, resource in aws_api_gateway_resource.depth_8 : path => resource.id },
  )
  # {% else %}
  methods = setunion(var.methods, var.preflight ? ["OPTIONS"] : [])
  # {% endif %}
  url = "${var.backend_url}/${var.backend_path}"
  # {% if variant.validated %}

  # What stands in braces keeps its value on the way.
  variables = {
    for key in keys(local.methods) : key => toset(flatten(regexall("{([A-Za-z0-9._-]+)}", "${var.backend_path}${split(" ", key)[1]}")))
  }
  # {% elif variant.nested %}

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

# {% if not variant.validated %}
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
# {% endif %}
# {% if variant.validated %}
# One block for each depth: a resource cannot refer to others of its own block.
resource "aws_api_gateway_resource" "depth_1" {
  for_each = toset([for path in local.resources : path if length(split("/", path)) == 2])

  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.path.id
  path_part   = reverse(split("/", each.key))[0]
}

resource "aws_api_gateway_resource" "depth_2" {
  for_each = toset([for path in local.resources : path if length(split("/", path)) == 3])

  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.depth_1[join("/", slice(split("/", each.key), 0, 2))].id
  path_part   = reverse(split("/", each.key))[0]
}

resource "aws_api_gateway_resource" "depth_3" {
  for_each = toset([for path in local.resources : path if length(split("/", path)) == 4])

  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.depth_2[join("/", slice(split("/", each.key), 0, 3))].id
  path_part   = reverse(split("/", each.key))[0]
}

resource "aws_api_gateway_resource" "depth_4" {
  for_each = toset([for path in local.resources : path if length(split("/", path)) == 5])

  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.depth_3[join("/", slice(split("/", each.key), 0, 4))].id
  path_part   = reverse(split("/", each.key))[0]
}

resource "aws_api_gateway_resource" "depth_5" {
  for_each = toset([for path in local.resources : path if length(split("/", path)) == 6])

  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.depth_4[join("/", slice(split("/", each.key), 0, 5))].id
  path_part   = reverse(split("/", each.key))[0]
}

resource "aws_api_gateway_resource" "depth_6" {
  for_each = toset([for path in local.resources : path if length(split("/", path)) == 7])

  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.depth_5[join("/", slice(split("/", each.key), 0, 6))].id
  path_part   = reverse(split("/", each.key))[0]
}

resource "aws_api_gateway_resource" "depth_7" {
  for_each = toset([for path in local.resources : path if length(split("/", path)) == 8])

  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.depth_6[join("/", slice(split("/", each.key), 0, 7))].id
  path_part   = reverse(split("/", each.key))[0]
}

resource "aws_api_gateway_resource" "depth_8" {
  for_each = toset([for path in local.resources : path if length(split("/", path)) == 9])

  rest_api_id = var.rest_api_id
  parent_id   = aws_api_gateway_resource.depth_7[join("/", slice(split("/", each.key), 0, 8))].id
  path_part   = reverse(split("/", each.key))[0]
}

resource "aws_api_gateway_request_validator" "this" {
  rest_api_id                 = var.rest_api_id
  name                        = replace(var.backend_path, "/[^A-Za-z0-9]+/", "-")
  validate_request_body       = true
  validate_request_parameters = true
}

resource "aws_api_gateway_model" "this" {
  for_each = var.models

  rest_api_id  = var.rest_api_id
  name         = each.key
  content_type = "application/json"
  schema       = each.value

  lifecycle {
    create_before_destroy = true # API Gateway deletes none that a method still has
  }
}

# {% else %}
resource "aws_api_gateway_resource" "proxy" {
  rest_api_id = var.rest_api_id
  # {% if variant.every_path %}
  parent_id = var.root_resource_id
  # {% else %}
  parent_id = aws_api_gateway_resource.path.id
  # {% endif %}
  path_part = "{proxy+}"
}

# {% endif %}
resource "aws_api_gateway_method" "this" {
  # {% if variant.every_path %}
  for_each = setunion(var.methods, var.preflight ? ["OPTIONS"] : [])
  # {% else %}
  for_each = local.methods
  # {% endif %}

  rest_api_id = var.rest_api_id
  # {% if variant.validated %}
  resource_id          = local.resource_ids[split(" ", each.key)[1]]
  http_method          = split(" ", each.key)[0]
  authorization        = var.preflight && startswith(each.key, "OPTIONS ") ? "NONE" : var.authorization
  authorizer_id        = var.preflight && startswith(each.key, "OPTIONS ") ? null : var.authorizer_id
  api_key_required     = !(var.preflight && startswith(each.key, "OPTIONS "))
  request_validator_id = aws_api_gateway_request_validator.this.id
  request_models       = { for type, name in each.value.models : type => aws_api_gateway_model.this[name].name }
  # {% else %}
  resource_id   = aws_api_gateway_resource.proxy.id
  http_method   = each.key
  authorization = var.preflight && each.key == "OPTIONS" ? "NONE" : var.authorization
  # {% if variant.nested %}
  authorizer_id = var.preflight && each.key == "OPTIONS" ? null : var.authorizer_id
  # {% endif %}
  api_key_required = !(var.preflight && each.key == "OPTIONS")
  # {% endif %}

  # {% if variant.validated %}
  request_parameters = merge(
    { for name in local.variables[each.key] : "method.request.path.${name}" => true },
    { for name in each.value.parameters : "method.request.${name}" => true },
  )
  # {% elif variant.nested and not variant.function %}
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
  # {% elif variant.validated %}
  uri = "${local.url}${trimsuffix(split(" ", each.key)[1], "/")}"
  # {% else %}
  uri = "${local.url}/{proxy}"
  # {% endif %}
  timeout_milliseconds = 29000

  # {% if variant.validated %}
  request_parameters = { for name in local.variables[each.key] : "integration.request.path.${name}" => "method.request.path.${name}" }
  # {% elif variant.nested %}
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
