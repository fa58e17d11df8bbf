module "@{own.service.label}" {
  source = "@{own.module}"

  name        = "@{own.name}"
  account_id  = "@{own.account}"
  region      = "@{own.region}"
  cluster_arn = "@{own.cluster.arn}"

  container_name = "@{own.container_name}"
  image          = "@{own.image}"
  # {% if own.is_extended %}
  # {% if own.repository_arns %}
  repository_arns = "@{own.repository_arns}"
  # {% endif %}
  # {% if own.pull_secret %}
  pull_secret_arn = "@{own.pull_secret}"
  # {% endif %}
  # {% else %}
  repository_arn = "@{own.repository_arn}"
  # {% endif %}
  cpu              = "@{own.cpu}"
  memory           = "@{own.memory}"
  tmp_size         = "@{own.tmp_size}"
  cpu_architecture = "@{own.cpu_architecture}"
  # {% if own.has_port %}
  port = "@{entry.port}"
  # {% endif %}
  read_only_root_filesystem = "@{not entry.exec}"
  execution_role_name       = "@{own.execution_role_name}"
  task_role_name            = "@{own.task_role_name}"
  log_group_name            = "@{own.log_group_name}"
  log_retention_in_days     = "@{own.log_retention}"
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}

  # {% if entry.command %}

  command = "@{entry.command}"
  # {% endif %}
  # {% if entry.entry_point %}

  entry_point = "@{entry.entry_point}"
  # {% endif %}
  # {% if entry.user %}

  user = "@{entry.user}"
  # {% endif %}
  # {% if entry.stop_timeout %}

  stop_timeout = "@{entry.stop_timeout}"
  # {% endif %}
  # {% if own.health_command %}

  health_check = "@{own.health_command}"
  # {% endif %}
  # {% if own.depends_on %}

  depends_on_sidecars = "@{own.depends_on}"
  # {% endif %}
  # {% if own.sidecars %}

  sidecars = "@{own.sidecars}"
  # {% endif %}
  # {% if own.writable_paths %}

  writable_paths = "@{own.writable_paths}"
  # {% endif %}

  environment = "@{own.environment}"
  # {% if own.secrets %}

  secrets = "@{own.secrets}"
  # {% endif %}
  # {% if own.reads_secrets and own.secrets_key %}

  secrets_kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  # {% if own.policies %}

  policies = "@{own.policies}"
  # {% endif %}

  # {% if own.is_scaled %}
  initial_tasks = "@{entry.tasks.min}"
  # {% else %}
  tasks = "@{entry.tasks.min}"
  # {% endif %}
  capacity_providers     = "@{own.capacity_providers}"
  enable_execute_command = "@{entry.exec}"
  subnet_ids             = "@{own.subnets}"
  assign_public_ip       = "@{own.is_public}"
  security_group_id      = "@{own.group.id}"
  # {% if own.target_groups %}

  target_group_arns    = "@{own.target_groups}"
  grace_period_seconds = "@{entry.health.grace}"
  # {% endif %}
  # {% if own.balancer %}

  target = {
    name                 = "@{own.target_group_name}"
    vpc_id               = "@{own.vpc.id}"
    path                 = "@{own.url_path}"
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
}
# {% if own.queue %}

module "@{own.queue.label}" {
  source = "../modules/event_queue"

  name                       = "@{own.queue_names.name}"
  dead_letter_name           = "@{own.queue_names.dead_letter_name}"
  visibility_timeout_seconds = "@{own.visibility_timeout_seconds}"
  retention_seconds          = "@{own.retention_seconds}"
  max_receives               = "@{own.max_receives}"
  # {% if own.messages_key %}
  kms_key_arn = "@{own.messages_key}"
  # {% endif %}
}
# {% endif %}
# {% if own.is_scaled %}

module "@{own.scaling_module.label}" {
  source = "@{own.scaling.module}"

  cluster_name       = "@{own.cluster.name}"
  service_name       = "@{own.service.name}"
  min_tasks          = "@{entry.tasks.min}"
  max_tasks          = "@{entry.tasks.max}"
  scale_out_cooldown = "@{entry.scaling.scale_out_cooldown}"
  scale_in_cooldown  = "@{entry.scaling.scale_in_cooldown}"
  # {% if own.scaling.schedules %}

  timezone = "@{own.scaling.time_zone}"

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
