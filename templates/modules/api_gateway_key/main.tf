# One caller's own API key in a usage plan: it counts and limits the caller, it does not prove who they are.
# AWS makes the value; it is read with `aws apigateway get-api-key --include-value`.

resource "aws_api_gateway_api_key" "this" {
  name        = var.name
  description = var.description
}

resource "aws_api_gateway_usage_plan_key" "this" {
  usage_plan_id = var.usage_plan_id
  key_id        = aws_api_gateway_api_key.this.id
  key_type      = "API_KEY"
}
