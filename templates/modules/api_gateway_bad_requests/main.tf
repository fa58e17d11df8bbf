# The answer to a body that is not as the contract says, with what is wrong with it: of its own, API Gateway says only
# that it is invalid. Parameters that are missing are named anyway. AWS: API Gateway Developer Guide, Gateway response
# types; $context.error.validationErrorString.

resource "aws_api_gateway_gateway_response" "this" {
  rest_api_id   = var.rest_api_id
  response_type = "BAD_REQUEST_BODY"
  status_code   = "400"

  # One that is set has nothing of DEFAULT_4XX.
  response_parameters = var.cross_origin ? { "gatewayresponse.header.Access-Control-Allow-Origin" = "'*'" } : {}

  response_templates = {
    "application/json" = "{\"message\":$context.error.messageString,\"reason\":\"$context.error.validationErrorString\"}"
  }
}
