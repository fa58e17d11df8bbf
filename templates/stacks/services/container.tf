# {% if has_own_repository %}
module "@{repository.label}" {
  source = "../modules/ecr_repository"

  name         = "@{repository.name}"
  kept_images  = "@{repository.kept_images}"
  kms_key_arn  = "@{domain_key_arn}"
  force_delete = "@{repository.force_delete}"
}

# {% endif %}
module "@{task.label}" {
  source = "../modules/ecs_task"

  name                      = "@{service.name}"
  account_id                = "@{task.account_id}"
  region                    = "@{task.region}"
  container_name            = "@{service.container_name}"
  image                     = "@{task.image}"
  repository_arn            = "@{repository.arn}"
  cpu                       = "@{task.cpu}"
  memory                    = "@{task.memory}"
  cpu_architecture          = "@{task.cpu_architecture}"
  port                      = "@{service.port}"
  read_only_root_filesystem = "@{task.read_only_root_filesystem}"
  execution_role_name       = "@{task.execution_role_name}"
  task_role_name            = "@{task.role_name}"
  log_group_name            = "@{task.log_group_name}"
  log_retention_in_days     = "@{task.log_retention_in_days}"
  logs_kms_key_arn          = local.security.key_logs_arn

  environment = "@{task.environment}"
}

module "@{target.label}" {
  source = "../modules/alb_target"

  name                 = "@{service.name}"
  vpc_id               = local.network.vpc_id
  port                 = "@{service.port}"
  path                 = "@{target.path}"
  priority             = "@{target.priority}"
  deregistration_delay = "@{target.deregistration_delay}"

  health_check = "@{target.health_check}"

  listener_arns = {
    gateways = local.edge.load_balancer_gateways_listener_arn
    services = local.edge.load_balancer_services_listener_arn
  }
}

module "@{service.label}" {
  source = "@{service.module}"

  name                              = "@{service.name}"
  cluster_arn                       = module.cluster.arn
  task_definition_arn               = "@{task.definition_arn}"
  initial_tasks                     = "@{service.initial_tasks}"
  enable_execute_command            = "@{service.enable_execute_command}"
  health_check_grace_period_seconds = "@{service.health_check_grace_period_seconds}"
  subnet_ids                        = local.network.app_subnet_ids
  security_group_id                 = "@{service.security_group_id}"
  container_name                    = "@{service.container_name}"
  container_port                    = "@{service.port}"
  target_group_arn                  = "@{target.group_arn}"
  namespace_id                      = local.network.namespace_id
  namespace_arn                     = local.network.namespace_arn
  discovery_name                    = "@{service.discovery_name}"
  mesh_port                         = "@{service.mesh_port}"
  mesh_kms_key_arn                  = local.security.key_secrets_arn
  mesh_role_arn                     = module.mesh_role.arn
  private_ca_arn                    = local.edge.private_ca_arn

  capacity_providers = "@{service.capacity_providers}"
}

# {% if has_database %}
module "@{database.label}" {
  source = "../modules/ecs_database_access"

  task_role_name    = "@{task.role}"
  account_id        = "@{task.account_id}"
  region            = "@{task.region}"
  proxy_resource_id = "@{database.proxy_resource_id}"
  database_users    = "@{database.users}"
}

# {% endif %}
# {% if service.enable_execute_command %}
module "@{exec_label}" {
  source = "../modules/ecs_exec_access"

  task_role_name = "@{task.role}"
  log_group_arn  = module.cluster.exec_log_group_arn
  kms_key_arn    = "@{domain_key_arn}"
}

# {% endif %}
# {% if has_callees %}
module "@{client_certificate_label}" {
  source = "../modules/client_certificate_access"

  task_role_name = "@{task.role}"
  private_ca_arn = local.edge.private_ca_arn
}

# {% endif %}
# {% for access in internal_apis %}
module "@{access.label}" {
  source = "../modules/internal_api_access"

  task_role_name      = "@{task.role}"
  region              = "@{task.region}"
  stage_execution_arn = "@{access.stage_execution_arn}"
  api_key_id          = "@{access.api_key_id}"

  paths = "@{access.paths}"
}

# {% endfor %}
# {% for publication in publications %}
module "@{publication.label}" {
  source = "../modules/event_publish_access"

  task_role_name = "@{task.role}"
  consumer       = "@{publication.consumer}"
  queue_arn      = "@{publication.queue_arn}"
  kms_key_arn    = local.security.key_messages_arn
}

# {% endfor %}
# {% if has_queue %}
module "@{queue.label}" {
  source = "../modules/event_queue"

  name                       = "@{queue.name}"
  dead_letter_name           = "@{queue.dead_letter_name}"
  consumer_role_name         = "@{task.role}"
  kms_key_arn                = local.security.key_messages_arn
  visibility_timeout_seconds = "@{queue.visibility_timeout_seconds}"
  retention_seconds          = "@{queue.retention_seconds}"
  max_receives               = "@{queue.max_receives}"
}

# {% endif %}
# {% include "stacks/services/scaling.tf" %}
# {% include "stacks/_shell/moved.tf" %}
