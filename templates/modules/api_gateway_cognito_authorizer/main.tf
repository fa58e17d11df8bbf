# {% if variant.cognito %}
# Callers show an ID token of a Cognito user pool, which API Gateway checks itself. REST APIs know no other issuer's (API
# Gateway Developer Guide: Choose between REST APIs and HTTP APIs).
# {% else %}
# A function gets the caller's token and returns a policy (API Gateway Developer Guide: Use API Gateway Lambda authorizers).
# API Gateway keeps the policy for five minutes for every method that the token comes with, so it has to be about all.
# {% endif %}

resource "aws_api_gateway_authorizer" "this" {
  name            = "tokens"
  rest_api_id     = var.rest_api_id
  identity_source = "method.request.header.Authorization"
  # {% if variant.cognito %}
  type          = "COGNITO_USER_POOLS"
  provider_arns = var.user_pool_arns
  # {% else %}
  type                             = "TOKEN"
  authorizer_uri                   = "arn:aws:apigateway:${var.region}:lambda:path/2015-03-31/functions/${var.function_arn}/invocations"
  authorizer_result_ttl_in_seconds = 300
  # {% endif %}
}
