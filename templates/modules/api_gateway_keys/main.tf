# Each caller's own API key in a usage plan: it counts and limits the caller, it does not prove who they are.
# AWS makes the values; they are read with `aws apigateway get-api-key --include-value`.

resource "aws_api_gateway_api_key" "this" {
  for_each = var.keys

  name        = each.value.name
  description = each.value.description
  # {% if variant.until %}

  # API Gateway's keys have no end of their own: what is planned from that day on disables them.
  enabled = timecmp(plantimestamp(), "${var.valid_until}T00:00:00Z") < 0
  # {% endif %}
}

# {% if variant.plans %}
# AWS takes a key into one usage plan of a stage only: one that changes plans leaves the old one first.
# {% endif %}
resource "aws_api_gateway_usage_plan_key" "this" {
  for_each = aws_api_gateway_api_key.this

  # {% if variant.plans %}
  usage_plan_id = lookup(var.usage_plan_ids, each.key, var.usage_plan_id)
  # {% else %}
  usage_plan_id = var.usage_plan_id
  # {% endif %}
  key_id   = each.value.id
  key_type = "API_KEY"
}
