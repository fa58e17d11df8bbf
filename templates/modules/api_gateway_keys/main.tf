# Each caller's own API key in a usage plan: it counts and limits the caller, it does not prove who they are.
# AWS makes the values; they are read with `aws apigateway get-api-key --include-value`.

resource "aws_api_gateway_api_key" "this" {
  for_each = var.keys

  name        = each.value.name
  description = each.value.description
}

resource "aws_api_gateway_usage_plan_key" "this" {
  for_each = aws_api_gateway_api_key.this

  usage_plan_id = var.usage_plan_id
  key_id        = each.value.id
  key_type      = "API_KEY"
}
