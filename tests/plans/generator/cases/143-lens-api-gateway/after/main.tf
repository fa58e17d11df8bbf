resource "aws_api_gateway_rest_api" "shop" {
  name = "shop"
  body = "{\"openapi\": \"3.0.1\", \"info\": {\"title\": \"shop\", \"version\": \"1.1\"}, \"paths\": {\"/orders\": {\"get\": {\"operationId\": \"get_orders\", \"parameters\": [{\"name\": \"limit\", \"in\": \"query\", \"required\": false, \"schema\": {\"type\": \"integer\", \"maximum\": 500}}, {\"name\": \"after\", \"in\": \"query\", \"required\": false, \"schema\": {\"type\": \"string\"}}], \"responses\": {\"200\": {\"description\": \"OK\"}, \"404\": {\"description\": \"not found\"}}, \"x-amazon-apigateway-integration\": {\"type\": \"http_proxy\", \"httpMethod\": \"GET\", \"uri\": \"https://origin.example.test/orders\", \"timeoutInMillis\": 29000}}, \"post\": {\"operationId\": \"post_orders\", \"parameters\": [{\"name\": \"limit\", \"in\": \"query\", \"required\": false, \"schema\": {\"type\": \"integer\", \"maximum\": 100}}], \"responses\": {\"200\": {\"description\": \"OK\"}, \"404\": {\"description\": \"not found\"}}, \"x-amazon-apigateway-integration\": {\"type\": \"http_proxy\", \"httpMethod\": \"POST\", \"uri\": \"https://origin.example.test/orders\", \"timeoutInMillis\": 29000}}}, \"/orders/{id}\": {\"get\": {\"operationId\": \"get_orders_id\", \"parameters\": [{\"name\": \"limit\", \"in\": \"query\", \"required\": false, \"schema\": {\"type\": \"integer\", \"maximum\": 100}}], \"responses\": {\"200\": {\"description\": \"OK\"}, \"404\": {\"description\": \"not found\"}}, \"x-amazon-apigateway-integration\": {\"type\": \"http_proxy\", \"httpMethod\": \"GET\", \"uri\": \"https://origin.example.test/orders/{id}\", \"timeoutInMillis\": 29000}}, \"delete\": {\"operationId\": \"delete_orders_id\", \"parameters\": [{\"name\": \"limit\", \"in\": \"query\", \"required\": false, \"schema\": {\"type\": \"integer\", \"maximum\": 100}}], \"responses\": {\"200\": {\"description\": \"OK\"}, \"404\": {\"description\": \"not found\"}}, \"x-amazon-apigateway-integration\": {\"type\": \"http_proxy\", \"httpMethod\": \"DELETE\", \"uri\": \"https://origin.example.test/orders/{id}\", \"timeoutInMillis\": 5000}}}, \"/carts\": {\"get\": {\"operationId\": \"get_carts\", \"parameters\": [{\"name\": \"limit\", \"in\": \"query\", \"required\": false, \"schema\": {\"type\": \"integer\", \"maximum\": 100}}], \"responses\": {\"200\": {\"description\": \"OK\"}, \"404\": {\"description\": \"not found\"}}, \"x-amazon-apigateway-integration\": {\"type\": \"http_proxy\", \"httpMethod\": \"GET\", \"uri\": \"https://origin.example.test/carts\", \"timeoutInMillis\": 29000}}, \"post\": {\"operationId\": \"post_carts\", \"responses\": {\"201\": {\"description\": \"Created\"}}, \"x-amazon-apigateway-integration\": {\"type\": \"http_proxy\", \"httpMethod\": \"POST\", \"uri\": \"https://origin.example.test/carts\"}}}}, \"components\": {\"schemas\": {\"Order\": {\"type\": \"object\", \"properties\": {\"id\": {\"type\": \"string\"}, \"total\": {\"type\": \"number\"}}}}}}"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_rest_api" "hand" {
  name        = "hand"
  description = "made by hand"
}

resource "aws_api_gateway_method" "get" {
  rest_api_id          = "a1b2c3d4e5"
  resource_id          = "r1r2r3"
  http_method          = "GET"
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = "auth01"
  authorization_scopes = ["shop/read"]
  api_key_required     = true
  request_parameters = {
    "method.request.path.id"        = true
    "method.request.querystring.v"  = true
    "method.request.header.X-Trace" = false
  }
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id             = "a1b2c3d4e5"
  resource_id             = "r1r2r3"
  http_method             = "GET"
  type                    = "HTTP"
  integration_http_method = "GET"
  uri                     = "https://origin.example.test/orders/{id}"
  timeout_milliseconds    = 10000
  request_parameters = {
    "integration.request.path.id"        = "method.request.path.id"
    "integration.request.header.X-Trace" = "method.request.header.X-Trace"
    "integration.request.header.X-Shop"  = "'south'"
  }
  request_templates = {
    "application/json" = "#set($x = 1)\n{\n  \"id\": 2\n}\n"
  }
}

resource "aws_api_gateway_method_response" "ok" {
  rest_api_id = "a1b2c3d4e5"
  resource_id = "r1r2r3"
  http_method = "GET"
  status_code = "200"
  response_parameters = {
    "method.response.header.Access-Control-Allow-Headers" = true
    "method.response.header.Access-Control-Allow-Methods" = true
    "method.response.header.Access-Control-Allow-Origin"  = true
  }
}

resource "aws_api_gateway_integration_response" "ok" {
  rest_api_id = "a1b2c3d4e5"
  resource_id = "r1r2r3"
  http_method = "GET"
  status_code = "200"
  response_parameters = {
    "method.response.header.Access-Control-Allow-Headers" = "'Content-Type,X-Amz-Date,Authorization,X-Api-Key'"
    "method.response.header.Access-Control-Allow-Methods" = "'GET,OPTIONS'"
    "method.response.header.Access-Control-Allow-Origin"  = "'https://shop.example.test'"
  }
}

resource "aws_api_gateway_deployment" "now" {
  rest_api_id = "a1b2c3d4e5"
  triggers    = { redeployment = "7c211433f02071597741e6ff5a8ea34789abbf43" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id          = "a1b2c3d4e5"
  stage_name           = "live"
  deployment_id        = "d1d2d3"
  xray_tracing_enabled = true
  variables            = { backend = "green" }

  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:api"
    format          = "{\"requestId\": \"$context.requestId\", \"ip\": \"$context.identity.sourceIp\", \"time\": \"$context.requestTime\", \"method\": \"$context.httpMethod\", \"path\": \"$context.path\", \"status\": \"$context.status\", \"latency\": \"$context.responseLatency\", \"error\": \"$context.error.message\"}"
  }
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = "a1b2c3d4e5"
  stage_name  = "live"
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = "INFO"
    throttling_rate_limit  = 250
    throttling_burst_limit = 50
  }
}

resource "aws_api_gateway_usage_plan" "partners" {
  name = "partners"

  api_stages {
    api_id = "a1b2c3d4e5"
    stage  = "live"

    throttle {
      path        = "/orders/GET"
      rate_limit  = 10
      burst_limit = 10
    }

    throttle {
      path        = "/carts/GET"
      rate_limit  = 20
      burst_limit = 40
    }
  }

  quota_settings {
    limit  = 25000
    offset = 2
    period = "WEEK"
  }

  throttle_settings {
    burst_limit = 20
    rate_limit  = 10
  }
}

resource "aws_apigatewayv2_api" "web" {
  name          = "web"
  protocol_type = "HTTP"

  cors_configuration {
    allow_origins = ["https://shop.example.test", "https://admin.example.test"]
    allow_methods = ["GET", "POST", "PUT", "DELETE"]
    allow_headers = ["content-type", "authorization", "x-trace"]
    max_age       = 600
  }
}

resource "aws_apigatewayv2_route" "orders" {
  api_id             = "w1w2w3"
  route_key          = "GET /orders"
  target             = "integrations/i4i5i6"
  authorization_type = "JWT"
  authorizer_id      = "jwt01"
}

resource "aws_apigatewayv2_integration" "orders" {
  api_id                 = "w1w2w3"
  integration_type       = "HTTP_PROXY"
  integration_method     = "ANY"
  integration_uri        = "https://origin.example.test/v2"
  payload_format_version = "1.0"
  timeout_milliseconds   = 30000
  request_parameters     = { "append:header.x-shop" = "north" }

  response_parameters {
    status_code = "403"
    mappings    = { "append:header.auth" = "denied" }
  }

  response_parameters {
    status_code = "200"
    mappings    = { "overwrite:statuscode" = "204" }
  }
}

resource "aws_apigatewayv2_stage" "web" {
  api_id      = "w1w2w3"
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    detailed_metrics_enabled = true
    throttling_burst_limit   = 500
    throttling_rate_limit    = 50
  }

  route_settings {
    route_key              = "GET /orders"
    throttling_burst_limit = 20
    throttling_rate_limit  = 40
  }

  route_settings {
    route_key              = "POST /carts"
    throttling_burst_limit = 5
    throttling_rate_limit  = 5
  }
}

resource "aws_api_gateway_rest_api" "new" {
  name                         = "new"
  disable_execute_api_endpoint = true
  binary_media_types           = ["image/png"]
  minimum_compression_size     = 1024

  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "new", version = "1.0" }
    paths   = { "/ping" = { get = { responses = { "200" = { description = "pong" } } } } }
  })
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.hand.id
  parent_id   = aws_api_gateway_rest_api.hand.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_method" "any" {
  rest_api_id   = aws_api_gateway_rest_api.hand.id
  resource_id   = aws_api_gateway_resource.orders.id
  http_method   = "ANY"
  authorization = "AWS_IAM"
}

resource "aws_api_gateway_integration" "any" {
  rest_api_id             = aws_api_gateway_rest_api.hand.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.any.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:orders/invocations"
}

resource "aws_api_gateway_stage" "test" {
  rest_api_id           = aws_api_gateway_rest_api.hand.id
  stage_name            = "test"
  deployment_id         = aws_api_gateway_deployment.now.id
  cache_cluster_enabled = true
  cache_cluster_size    = "0.5"

  canary_settings {
    deployment_id            = "d4d5d6"
    percent_traffic          = 12.5
    stage_variable_overrides = { backend = "green" }
  }
}

resource "aws_apigatewayv2_route" "new" {
  api_id         = aws_apigatewayv2_api.web.id
  route_key      = "POST /carts"
  operation_name = "add to cart"
}
