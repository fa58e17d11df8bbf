module "@{own.service.label}" {
  source = "@{own.module}"

  name = "@{own.name}"
  # {% if settings.names.services %}
  service_name = "@{own.service_name}"
  # {% endif %}
  account_id  = "@{own.account}"
  region      = "@{own.region}"
  cluster_arn = "@{own.cluster.arn}"

  # {% include "kinds/services/task.tf" %}

  # {% if own.is_scaled %}
  initial_tasks = "@{entry.tasks.min if entry.tasks.desired is none else entry.tasks.desired}"
  # {% else %}
  tasks = "@{entry.tasks.min}"
  # {% endif %}
  capacity_providers     = "@{own.capacity_providers}"
  enable_execute_command = "@{entry.exec}"
  subnet_ids             = "@{own.subnets}"
  assign_public_ip       = "@{own.is_public}"
  security_group_id      = "@{own.group.id}"
  # {% if own.target_groups %}

  target_group_arns = "@{own.target_groups}"
  # {% endif %}
  # {% if own.verified_target_group %}

  verified = {
    port             = "@{entry.verified_port}"
    target_group_arn = "@{own.verified_target_group}"
  }
  # {% endif %}
  # {% if own.target_groups or own.verified_target_group %}
  grace_period_seconds = "@{entry.health.grace}"
  # {% endif %}
  # {% if own.balancer %}

  target = {
    name                 = "@{own.target_group_name}"
    vpc_id               = "@{own.vpc.id}"
    path                 = "@{entry.url_path}"
    priority             = "@{own.priority}"
    deregistration_delay = "@{own.deregistration_delay}"
    grace_period_seconds = "@{entry.health.grace}"
    health_check         = "@{own.health_check}"
    listener_arns        = "@{own.listeners}"
  }
  # {% endif %}
  # {% if own.client_namespace %}

  mesh_namespace_arn = "@{own.client_namespace.arn}"
  # {% endif %}
  # {% if own.namespace %}

  mesh = {
    namespace_id   = "@{own.namespace.id}"
    namespace_arn  = "@{own.namespace.arn}"
    discovery_name = "@{own.discovery_name}"
    metrics_name   = "@{own.metrics_name}"
    port           = "@{own.mesh_port}"
    # {% if entry.request_timeout %}

    request_timeout_seconds = "@{entry.request_timeout}"
    # {% endif %}
    # {% if own.authority %}

    tls = {
      private_ca_arn = "@{own.authority.arn}"
      kms_key_arn    = "@{own.secrets_key}"
      role_arn       = "@{own.mesh_role}"
    }
    # {% endif %}
  }
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% if own.deployment %}

module "@{own.deployment.label}" {
  source = "../modules/codedeploy_blue_green"

  name               = "@{own.application_name}"
  config_name        = "@{own.deployment_config_name}"
  account_id         = "@{own.account}"
  region             = "@{own.region}"
  role_name          = "@{own.deployment_role_name}"
  cluster_name       = "@{own.cluster.name}"
  service_name       = "@{own.service.name}"
  execution_role_arn = "@{own.service.execution_role_arn}"
  task_role_arn      = "@{own.service.task_role_arn}"
  listener_arn       = "@{own.listener}"
  rule_arns          = "@{own.listener_rules}"
  target_group_names = "@{own.target_group_names}"
  shift              = "@{own.shift}"
  keep_minutes       = "@{own.blue_green.keep_minutes}"
  # {% if own.rollback_alarms %}
  alarms = "@{own.rollback_alarms}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% endif %}
# {% if own.queue %}

module "@{own.queue.label}" {
  source = "../modules/event_queue"

  name                       = "@{own.queue_names.name}"
  dead_letter_name           = "@{own.queue_names.dead_letter_name}"
  visibility_timeout_seconds = "@{entry.events.visibility_timeout}"
  retention_seconds          = "@{entry.events.retention}"
  max_receives               = "@{entry.events.dead_letters.max_receive_count}"
  dead_letter_retention      = "@{entry.events.dead_letters.retention}"
  # {% if own.messages_key %}
  kms_key_arn = "@{own.messages_key}"
  # {% endif %}
}
# {% endif %}
# {% if own.is_scaled %}

module "@{own.scaling_module.label}" {
  source = "@{own.scaling.module}"

  cluster_name = "@{own.cluster.name}"
  service_name = "@{own.service.name}"
  min_tasks    = "@{entry.tasks.min}"
  # {% for most in own.scaling.most %}
  max_tasks = "@{most}"
  # {% endfor %}
  scale_out_cooldown = "@{entry.scaling.scale_out_cooldown}"
  scale_in_cooldown  = "@{entry.scaling.scale_in_cooldown}"
  # {% if own.scaling.schedules %}

  timezone = "@{own.time_zone}"

  schedules = "@{own.scaling.schedules}"
  # {% endif %}
  # {% if own.scaling.target_percent %}

  target_percent = "@{own.scaling.target_percent}"
  # {% endif %}
  # {% if own.scaling.sudden_load %}

  sudden_load = "@{own.scaling.sudden_load}"
  # {% endif %}
  # {% if own.scaling.response_time %}

  response_time = "@{own.scaling.response_time}"
  # {% endif %}
  # {% if own.scaling.queue %}

  queue = "@{own.scaling.queue}"
  # {% endif %}
}
# {% endif %}
# {% if own.scaling.counted_queue %}

module "@{own.queue_scaling.label}" {
  source = "@{own.scaling.queue_module}"

  resource_id        = "@{own.scaling_module.resource_id}"
  cluster_name       = "@{own.cluster.name}"
  service_name       = "@{own.service.name}"
  queue_name         = "@{own.scaling.counted_queue}"
  messages_per_task  = "@{entry.scaling.queue.per_task}"
  scale_out_cooldown = "@{entry.scaling.scale_out_cooldown}"
  scale_in_cooldown  = "@{entry.scaling.scale_in_cooldown}"
  # {% if own.scaling.starts_from_zero %}
  alarm_name = "@{own.first_task_alarm}"
  # {% endif %}
}
# {% endif %}
# {% if own.is_scaled and own.scaling.requests %}

module "@{own.requests_scaling.label}" {
  source = "@{own.scaling.requests_module}"

  resource_id = "@{own.scaling_module.resource_id}"
  # {% if own.scaling.counts_two_groups %}
  load_balancer = "@{own.scaling.requests.load_balancer}"
  target_groups = "@{own.scaling.requests.target_groups}"
  # {% else %}
  resource_label = "@{own.scaling.requests.resource_label}"
  # {% endif %}
  requests_per_target = "@{own.scaling.requests.per_minute}"
  scale_out_cooldown  = "@{entry.scaling.scale_out_cooldown}"
  scale_in_cooldown   = "@{entry.scaling.scale_in_cooldown}"
}
# {% endif %}
# {% if own.is_scaled and own.scaling.adjustments %}

module "@{own.adjustments_module.label}" {
  source = "../modules/ecs_scaling_adjustments"

  resource_id  = "@{own.scaling_module.resource_id}"
  cluster_name = "@{own.cluster.name}"
  service_name = "@{own.service.name}"
  adjustments  = "@{own.scaling.adjustments}"
}
# {% endif %}
# {% if own.log_route %}

# {% include "kinds/services/log_route.tf" %}
# {% endif %}
# {% if own.log_router %}

# {% include "kinds/services/log_router.tf" %}
# {% endif %}
