# {% if scaling.is_on %}
module "@{scaling.label}" {
  source = "@{scaling.module}"

  cluster_name = module.cluster.name
  service_name = "@{service.reference}"
  min_tasks    = "@{scaling.min_tasks}"
  max_tasks    = "@{scaling.max_tasks}"
  # {% if scaling.has_schedules %}
  timezone = "@{scaling.time_zone}"

  schedules = "@{scaling.schedules}"
  # {% endif %}
}

# {% if scaling.has_tracking %}
module "@{scaling.tracking_label}" {
  source = "../modules/ecs_scaling_tracking"

  resource_id        = "@{scaling.resource_id}"
  scale_out_cooldown = "@{scaling.scale_out_cooldown}"
  scale_in_cooldown  = "@{scaling.scale_in_cooldown}"

  target_percent = "@{scaling.target_percent}"
}

# {% endif %}
# {% if scaling.has_steps %}
module "@{scaling.step_label}" {
  source = "../modules/ecs_scaling_step"

  resource_id  = "@{scaling.resource_id}"
  cluster_name = module.cluster.name
  service_name = "@{service.reference}"
  alarm_name   = "@{scaling.step_alarm_name}"
  cpu_percent  = "@{scaling.step_cpu_percent}"
  cooldown     = "@{scaling.scale_out_cooldown}"

  steps = "@{scaling.steps}"
}

# {% endif %}
# {% if scaling.has_response_time %}
module "@{scaling.response_time_label}" {
  source = "../modules/ecs_scaling_response_time"

  resource_id              = "@{scaling.resource_id}"
  load_balancer_arn_suffix = local.edge.load_balancer_arn_suffix
  target_group_arn_suffix  = "@{target.group_arn_suffix}"
  percentile               = "p90"
  seconds                  = "@{scaling.response_seconds}"
  scale_out_cooldown       = "@{scaling.scale_out_cooldown}"
}

# {% endif %}
# {% if scaling.has_queue %}
module "@{scaling.queue_label}" {
  source = "../modules/ecs_scaling_queue"

  resource_id        = "@{scaling.resource_id}"
  cluster_name       = module.cluster.name
  service_name       = "@{service.reference}"
  queue_name         = "@{queue.reference}"
  events_per_task    = "@{scaling.events_per_task}"
  scale_out_cooldown = "@{scaling.scale_out_cooldown}"
  scale_in_cooldown  = "@{scaling.scale_in_cooldown}"
}

# {% endif %}
# {% endif %}
