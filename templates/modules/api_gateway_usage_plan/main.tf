# How much each holder of an API key may call. The limit counts for every key by itself.

resource "aws_api_gateway_usage_plan" "this" {
  name        = var.name
  description = var.description

  api_stages {
    api_id = var.rest_api_id
    stage  = var.stage_name

    dynamic "throttle" {
      for_each = var.path_limits

      content {
        path        = throttle.key
        rate_limit  = throttle.value.requests_per_second
        burst_limit = throttle.value.burst
      }
    }
  }

  throttle_settings {
    rate_limit  = var.requests_per_second
    burst_limit = var.burst
  }
  # {% if variant.quota %}

  quota_settings {
    limit  = var.quota_limit
    period = var.quota_period
  }
  # {% endif %}
}
