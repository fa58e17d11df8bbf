module "@{gateway.label}" {
  source = "../modules/gateway_alarms"

  alarm_prefix  = "@{gateway.name}"
  topic_arn     = module.alerts.arn
  api_name      = "@{gateway.api_name}"
  stage_name    = "@{gateway.stage_name}"
  error_percent = "@{gateway.error_percent}"
}

# {% if gateway.has_promise %}
module "@{gateway.latency_label}" {
  source = "../modules/gateway_latency_alarm"

  alarm_prefix         = "@{gateway.name}"
  topic_arn            = module.alerts.arn
  api_name             = "@{gateway.api_name}"
  stage_name           = "@{gateway.stage_name}"
  percentile           = "p90"
  latency_milliseconds = "@{gateway.latency_milliseconds}"
}

# {% endif %}
# {% include "stacks/_shell/moved.tf" %}
