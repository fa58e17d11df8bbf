module "@{service.label}" {
  source = "../modules/service_alarms"

  alarm_prefix   = "@{service.name}"
  topic_arn      = module.alerts.arn
  cluster_name   = "@{service.cluster}"
  service_name   = "@{service.reference}"
  cpu_percent    = "@{service.cpu_percent}"
  memory_percent = "@{service.memory_percent}"
}

# {% if service.has_tasks %}
module "@{service.task_label}" {
  source = "../modules/service_task_alarm"

  alarm_prefix = "@{service.name}"
  topic_arn    = module.alerts.arn
  cluster_name = "@{service.cluster}"
  service_name = "@{service.reference}"
  min_tasks    = "@{service.min_tasks}"
}

# {% endif %}
module "@{target.label}" {
  source = "../modules/target_alarms"

  alarm_prefix             = "@{service.name}"
  topic_arn                = module.alerts.arn
  service_name             = "@{service.reference}"
  load_balancer_arn_suffix = local.edge.load_balancer_arn_suffix
  target_group_arn_suffix  = "@{target.arn_suffix}"
  errors_per_minute        = "@{target.errors_per_minute}"
}

# {% if target.has_promise %}
module "@{target.response_time_label}" {
  source = "../modules/response_time_alarm"

  alarm_prefix             = "@{service.name}"
  topic_arn                = module.alerts.arn
  service_name             = "@{service.reference}"
  load_balancer_arn_suffix = local.edge.load_balancer_arn_suffix
  target_group_arn_suffix  = "@{target.arn_suffix}"
  percentile               = "p90"
  response_seconds         = "@{target.response_seconds}"
}

# {% endif %}
# {% if has_queue %}
module "@{queue.label}" {
  source = "../modules/queue_alarms"

  alarm_prefix     = "@{service.name}"
  topic_arn        = module.alerts.arn
  queue_name       = "@{queue.name}"
  dead_letter_name = "@{queue.dead_letter_name}"
  age_seconds      = "@{queue.age_seconds}"
}

# {% endif %}
# {% include "stacks/_shell/moved.tf" %}
