# The answers that API Gateway gives itself (no key, over the limit, no answer in time) say that pages of other hosts
# may read them. Without it a browser hides the status, and the page sees a failed connection instead of 403, 429 or 504.
# AWS: "Enable CORS on a resource using the API Gateway console", API Gateway Developer Guide: gateway responses.

resource "aws_api_gateway_gateway_response" "this" {
  for_each = toset(["DEFAULT_4XX", "DEFAULT_5XX"])

  rest_api_id   = var.rest_api_id
  response_type = each.key

  # Any page, without credentials: these answers hold nothing of anybody's.
  response_parameters = {
    "gatewayresponse.header.Access-Control-Allow-Origin" = "'*'"
  }
}
