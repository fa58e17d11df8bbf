# {% if variant.blue_green and variant.fixed %}
# As ecs_service_extended_blue_green, for a service that nothing scales: Terraform says how many tasks run.
# {% elif variant.blue_green %}
# As ecs_service_extended, for a service that AWS CodeDeploy delivers (`blue_green`): it starts new tasks beside the old
# ones and moves the requests. ECS takes no change of what is ignored here but from CodeDeploy (Amazon ECS API: UpdateService).
# {% elif variant.extended and variant.fixed and variant.pipeline %}
# As ecs_service_extended_fixed, with the image set by a deployment pipeline (`deploy: pipeline`): Terraform says how many
# tasks run, the pipeline which revision.
# {% elif variant.extended and variant.fixed %}
# As ecs_service_extended, for a container that nothing scales: Terraform says how many tasks run.
# {% elif variant.extended and variant.pipeline %}
# As ecs_service_extended, with the image set by a deployment pipeline (`deploy: pipeline`): the pipeline registers task
# definition revisions and moves the service to them, Terraform keeps everything else.
# {% elif variant.job %}
# A job on Fargate: a task that runs to its end, started by hand or by the clock. Its schedules start the revision of the
# task definition that Terraform made; one that still runs when the next is due runs on beside it.
# {% elif variant.extended %}
# A service on Fargate as ecs_service is one, for a container that needs more: a command of its own, secrets in its
# environment, folders that it may write to, sidecars, images from other registries, target groups of others' load balancers,
# or no port at all. Terraform sets the image (`deploy: terraform`).
# {% elif variant.fixed and variant.pipeline %}
# A service on Fargate that nothing scales, and whose image is set by a deployment pipeline (`deploy: pipeline`): Terraform
# says how many tasks run, the pipeline registers task definition revisions and moves the service to them.
# ecs_service_fixed is its twin for `deploy: terraform`; they differ in what plans leave alone.
# {% elif variant.fixed %}
# A service on Fargate that nothing scales: Terraform says how many tasks run, and which image. ecs_service_fixed_pipeline
# is its twin for `deploy: pipeline`; ecs_service leaves the number to Application Auto Scaling.
# {% elif variant.pipeline %}
# A service on Fargate whose image is set by a deployment pipeline (`deploy: pipeline`): the pipeline registers
# task definition revisions and moves the service to them, Terraform keeps everything else. ecs_service is its
# twin for `deploy: terraform`; they differ in one line, because ignore_changes takes no condition.
# {% else %}
# A service on Fargate whose image is set by Terraform (`deploy: terraform`): a new image is a new task
# definition, and applying it is the deployment. ecs_service_pipeline is its twin for `deploy: pipeline`.
# {% endif %}
#
# {% if variant.job %}
# What it runs (task definition, roles, logs), what its code may do, and what starts it. Nothing connects to it.
# {% else %}
# What it runs (task definition, roles, logs), what its code may do, and how it is reached, in two ways if wanted:
# the internal load balancer registers the tasks on the container's port (`target`), and other services come through
# Service Connect on the mesh port (`mesh`), with `tls` encrypted. Service Connect proves the server to the client, not
# the client to the server (internal_load_balancer says where clients are proved).
# {% endif %}

locals {
  # ECS hands a role to tasks. For the role of their code it says which account's (Amazon ECS Developer Guide, Amazon ECS task
  # IAM role); for the one that starts them AWS prints no condition (Amazon ECS task execution IAM role).
  trust = {
    Effect    = "Allow"
    Action    = "sts:AssumeRole"
    Principal = { Service = "ecs-tasks.amazonaws.com" }
  }
  own_account = {
    ArnLike      = { "aws:SourceArn" = "arn:aws:ecs:${var.region}:${var.account_id}:*" }
    StringEquals = { "aws:SourceAccount" = var.account_id }
  }

  # A folder in memory that every user may write to: a volume would belong to root. It has the mode of the image's own
  # /tmp, or tmpfs' default, 1777, where the image has none. The words are those of the Amazon ECS API (Tmpfs), which lists
  # `mode` without a value; the container runtime's default is noexec.
  tmp_options = ["exec", "nodev", "nosuid", "rw"]
}
# {% if variant.extended %}

locals {
  containers = merge(var.sidecars, {
    (var.container_name) = {
      image       = var.image
      essential   = true
      command     = var.command
      entry_point = var.entry_point
      user        = var.user
      # {% if variant.job %}
      port = null
      # {% else %}
      port = var.port
      # {% endif %}
      environment     = var.environment
      secrets         = var.secrets
      writable_paths  = var.writable_paths
      health_check    = var.health_check
      depends_on      = var.depends_on_sidecars
      stop_timeout    = var.stop_timeout
      pull_secret_arn = var.pull_secret_arn
      cpu             = local.sidecars_cpu == 0 ? null : var.cpu - local.sidecars_cpu
      memory          = null
      reservation     = null
      is_log_router   = false
    }
  })

  # Without a share of its own a container counts as 2 units, and any sidecar that has one would go before it (Amazon ECS
  # API: ContainerDefinition, cpu).
  sidecars_cpu = sum(concat([0], [for container in var.sidecars : container.cpu if container.cpu != null]))

  # Where a container routes logs (FireLens), all others write to it.
  log_routers = [for name, container in local.containers : name if container.is_log_router]
  routed      = length(local.log_routers) == 0 ? [] : setsubtract(keys(local.containers), local.log_routers)

  # Each container has a /tmp of its own, of its own memory where that has a limit.
  tmp_sizes = {
    for name, container in local.containers :
    name => container.memory == null ? var.tmp_size : min(var.tmp_size, floor(container.memory / 4))
  }

  # Containers whose end others wait for.
  preparing = flatten([
    for container in local.containers :
    [for other, condition in container.depends_on : other if contains(["COMPLETE", "SUCCESS"], condition)]
  ])

  # What is read at the start of a task: values of variables, logins of registries.
  secrets = concat(var.other_secret_arns, flatten([
    for container in local.containers : concat(values(container.secrets), container.pull_secret_arn[*])
  ]))
}
# {% endif %}

resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_iam_role" "execution" {
  name               = var.execution_role_name
  description        = "Starts the tasks of ${var.name}: pulls the image, opens the log stream."
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [local.trust] })
  # {% include "parts/role_boundary.tf" %}
}

resource "aws_iam_role_policy" "execution" {
  name = "start-task"
  role = aws_iam_role.execution.name

  # {% if variant.extended %}
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "WriteLogs"
          Effect = "Allow"
          Action = [
            "logs:CreateLogStream", # awslogs driver: one stream a container
            "logs:PutLogEvents",    # awslogs driver: the container's output
          ]
          Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
        },
      ],
      length(var.repository_arns) == 0 ? [] : [
        {
          Sid    = "LogInToRegistry"
          Effect = "Allow"
          Action = ["ecr:GetAuthorizationToken"] # image pull: log in to the registry

          # The action supports no resource type (Service Authorization Reference, Amazon ECR).
          Resource = ["*"]
        },
        {
          Sid    = "PullImage"
          Effect = "Allow"
          Action = [
            "ecr:BatchCheckLayerAvailability", # image pull: which layers exist
            "ecr:BatchGetImage",               # image pull: the manifest
            "ecr:GetDownloadUrlForLayer",      # image pull: the layers
          ]
          Resource = var.repository_arns
        },
      ],
      length(local.secrets) == 0 ? [] : [
        {
          Sid    = "ReadSecrets"
          Effect = "Allow"
          Action = ["secretsmanager:GetSecretValue"] # task start: environment variables, logins of registries

          # The whole secret, also where one key of its JSON is meant: arn:aws:secretsmanager:<region>:<account>:secret:<name>.
          Resource = distinct([for arn in local.secrets : join(":", slice(split(":", arn), 0, 7))])
        },
      ],
      length(local.secrets) == 0 || var.secrets_kms_key_arn == null ? [] : [
        {
          Sid      = "DecryptSecrets"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"]
          Resource = [var.secrets_kms_key_arn]
        },
      ],
    )
  })
  # {% else %}
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "LogInToRegistry"
        Effect = "Allow"
        Action = "ecr:GetAuthorizationToken" # image pull: log in to the registry

        # The action supports no resource type (Service Authorization Reference, Amazon ECR).
        Resource = "*"
      },
      {
        Sid    = "PullImage"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability", # image pull: which layers exist
          "ecr:BatchGetImage",               # image pull: the manifest
          "ecr:GetDownloadUrlForLayer",      # image pull: the layers
        ]
        Resource = var.repository_arn
      },
      {
        Sid    = "WriteLogs"
        Effect = "Allow"
        Action = [
          "logs:CreateLogStream", # awslogs driver: one stream a container
          "logs:PutLogEvents",    # awslogs driver: the container's output
        ]
        Resource = "${aws_cloudwatch_log_group.this.arn}:*"
      },
    ]
  })
  # {% endif %}
}

resource "aws_iam_role" "task" {
  name               = var.task_role_name
  description        = "What the code of ${var.name} may do."
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [merge(local.trust, { Condition = local.own_account })] })
  # {% include "parts/role_boundary.tf" %}
}

# One for each thing that the code uses: what is no longer used takes its policy along.
resource "aws_iam_role_policy" "task" {
  for_each = var.policies

  name = each.key
  role = aws_iam_role.task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in each.value : merge(
        {
          Sid      = statement.sid
          Effect   = "Allow"
          Action   = statement.actions
          Resource = statement.resources
        },
        { for name, condition in { Condition = statement.condition } : name => condition if condition != null },
      )
    ]
  })
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  cpu                      = var.cpu
  memory                   = var.memory
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  # The revision before stays: a deployment that fails, and whoever goes back by hand, need it. AWS moves no service to
  # one that is deregistered (Amazon ECS API: DeregisterTaskDefinition). Revisions cost nothing.
  skip_destroy = true

  # {% if variant.extended %}
  # The container of the service, and its sidecars: they share the task's address, its roles and its end. Service Connect's
  # own container is added by ECS at run time.
  container_definitions = jsonencode([
    for name, container in local.containers : {
      for field, value in {
        name      = name
        image     = container.image
        essential = container.essential

        # The task goes on without it: only ECS starts it again. AWS: "Restart individual containers in Amazon ECS tasks
        # with container restart policies", Amazon ECS Developer Guide.
        restartPolicy = container.essential || contains(local.preparing, name) ? null : {
          enabled              = true
          ignoredExitCodes     = [0]
          restartAttemptPeriod = 300
        }

        command    = container.command
        entryPoint = container.entry_point
        user       = container.is_log_router ? "0" : container.user # ECS writes 0 there, and each plan would replace the revision

        cpu         = container.cpu
        memory      = container.memory
        stopTimeout = container.stop_timeout
        healthCheck = container.health_check == null ? null : {
          command     = container.health_check.command
          interval    = container.health_check.interval
          timeout     = container.health_check.timeout
          retries     = container.health_check.retries
          startPeriod = container.health_check.start_period
        }
        memoryReservation = container.reservation

        dependsOn = [for other, condition in container.depends_on : { containerName = other, condition = condition }]

        environment = [for variable, value in container.environment : { name = variable, value = value }]
        secrets     = [for variable, arn in container.secrets : { name = variable, valueFrom = arn }]

        repositoryCredentials = container.pull_secret_arn == null ? null : {
          credentialsParameter = container.pull_secret_arn
        }

        # {% if variant.job %}
        portMappings = [
          for port in container.port[*] : merge(
            { containerPort = port, hostPort = port, protocol = "tcp" },
            name == var.container_name && port == container.port ? { name = "http", appProtocol = "http" } : {},
          )
        ]
        # {% else %}
        portMappings = [
          for port in concat(container.port[*], name == var.container_name ? var.verified[*].port : []) : merge(
            { containerPort = port, hostPort = port, protocol = "tcp" },
            name == var.container_name && port == container.port ? { name = "http", appProtocol = "http" } : {},
          )
        ]
        # {% endif %}

        readonlyRootFilesystem = var.read_only_root_filesystem
        linuxParameters = {
          initProcessEnabled = true
          tmpfs              = [{ containerPath = "/tmp", size = local.tmp_sizes[name], mountOptions = local.tmp_options }]
        }
        mountPoints = [
          for volume, path in container.writable_paths : { sourceVolume = volume, containerPath = path, readOnly = false }
        ]

        # Fargate reads the router's configuration from a file, and from nowhere else (Amazon ECS API: FirelensConfiguration).
        firelensConfiguration = container.is_log_router ? {
          type    = "fluentbit"
          options = { config-file-type = "file", config-file-value = "/tmp/fluent-bit.conf" }
        } : null
        logConfiguration = {
          for field, value in {
            logDriver = contains(local.routed, name) ? "awsfirelens" : "awslogs"
            # Fargate starts no container that has no options for FireLens; the router's own file says where lines go.
            options = contains(local.routed, name) ? { Name = "null" } : {
              awslogs-group         = aws_cloudwatch_log_group.this.name
              awslogs-region        = var.region
              awslogs-stream-prefix = name
              max-buffer-size       = "25m"
              mode                  = "non-blocking" # a slow log service must not stop the service
            }
          } : field => value if value != null
        }
      } : field => value if value != null
    }
  ])
  # {% else %}
  # One container fills the task. Service Connect's own container is added by ECS at run time.
  container_definitions = jsonencode([{
    name      = var.container_name
    image     = var.image
    essential = true

    environment = [for name, value in var.environment : { name = name, value = value }]

    portMappings = [{
      name          = "http"
      appProtocol   = "http"
      containerPort = var.port
      hostPort      = var.port
      protocol      = "tcp"
    }]

    readonlyRootFilesystem = var.read_only_root_filesystem
    linuxParameters = {
      initProcessEnabled = true
      tmpfs              = [{ containerPath = "/tmp", size = var.tmp_size, mountOptions = local.tmp_options }]
    }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = var.region
        awslogs-stream-prefix = var.container_name
        max-buffer-size       = "25m"
        mode                  = "non-blocking" # a slow log service must not stop the service
      }
    }
  }])
  # {% endif %}

  runtime_platform {
    cpu_architecture        = var.cpu_architecture
    operating_system_family = "LINUX"
  }

  # {% if variant.extended %}
  # Folders on the task's own encrypted storage, since the root may be read-only; they are gone with the task. Root owns
  # them, unless the image's Dockerfile gives them to its user and names them in VOLUME.
  # AWS: "Use bind mounts with Amazon ECS", Amazon ECS Developer Guide.
  dynamic "volume" {
    for_each = toset(flatten([for one in local.containers : keys(one.writable_paths)]))

    content {
      name = volume.value
    }
  }
  # {% endif %}
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}

# {% if variant.job %}
# {% include "parts/schedules_role.tf" %}

resource "aws_iam_role_policy" "schedules" {
  count = length(var.schedules) == 0 ? 0 : 1

  name = "start-task"
  role = aws_iam_role.schedules[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "StartTask"
        Effect    = "Allow"
        Action    = "ecs:RunTask" # a schedule is due
        Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }

        # Each of its revisions: a schedule may be due while a new one comes into force.
        Resource = "${aws_ecs_task_definition.this.arn_without_revision}:*"
      },
      {
        Sid       = "TagTask"
        Effect    = "Allow"
        Action    = "ecs:TagResource" # the task gets the tags of its definition
        Resource  = "arn:aws:ecs:${var.region}:${var.account_id}:task/*"
        Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
      },
      {
        Sid       = "PassRoles"
        Effect    = "Allow"
        Action    = "iam:PassRole" # the task's own two roles
        Resource  = [aws_iam_role.execution.arn, aws_iam_role.task.arn]
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
  })
}

# A group of its own: what its schedules do shows under its name in CloudWatch.
resource "aws_scheduler_schedule_group" "this" {
  count = length(var.schedules) == 0 ? 0 : 1

  name = var.schedule_group_name
}

resource "aws_scheduler_schedule" "this" {
  # checkov:skip=CKV_AWS_297:what it holds is no secret: a time, and what it starts
  for_each = var.schedules

  name        = each.key
  group_name  = aws_scheduler_schedule_group.this[0].name
  description = each.value.description

  schedule_expression          = each.value.expression
  schedule_expression_timezone = var.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.cluster_arn
    role_arn = aws_iam_role.schedules[0].arn

    ecs_parameters {
      task_definition_arn     = aws_ecs_task_definition.this.arn
      task_count              = 1
      platform_version        = "LATEST"
      propagate_tags          = "TASK_DEFINITION"
      enable_ecs_managed_tags = true

      capacity_provider_strategy {
        capacity_provider = var.capacity_provider
        weight            = 1
      }

      network_configuration {
        subnets          = var.subnet_ids
        security_groups  = [var.security_group_id]
        assign_public_ip = var.assign_public_ip
      }
    }

    # AWS would go on for a day: what belongs to the night is not started at noon.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 60
    }
  }

  depends_on = [
    aws_iam_role_policy.execution, # what starts before cannot pull its image
    aws_iam_role_policy.schedules, # EventBridge Scheduler asks whether it may take the role
  ]
}
# {% else %}
resource "aws_lb_target_group" "this" {
  count = var.target == null ? 0 : 1

  name                 = var.target.name
  vpc_id               = var.target.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = var.port
  deregistration_delay = var.target.deregistration_delay

  # New tasks of a rollout are slow at first: the least busy one gets the next request.
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    protocol            = "HTTP"
    path                = var.target.health_check.path
    matcher             = "200-299"
    interval            = var.target.health_check.interval
    timeout             = var.target.health_check.timeout
    healthy_threshold   = var.target.health_check.healthy
    unhealthy_threshold = var.target.health_check.unhealthy
  }

  lifecycle {
    create_before_destroy = true # AWS deletes none that a rule still leads to; only another name replaces it

    ignore_changes = [
      port, # never used: ECS registers each task with the port of its container, which may change
    ]
  }
}

# The service's path leads to its tasks, on every listener that is to reach it.
resource "aws_lb_listener_rule" "this" {
  for_each = var.target == null ? {} : var.target.listener_arns

  listener_arn = each.value
  priority     = var.target.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }

  condition {
    path_pattern {
      values = ["/${var.target.path}", "/${var.target.path}/*"]
    }
  }
}

resource "aws_service_discovery_service" "this" {
  count = var.mesh == null ? 0 : 1

  name        = var.mesh.discovery_name
  description = "Tasks of ${var.name}."

  dns_config {
    namespace_id   = var.mesh.namespace_id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10 # seconds; a stopped task's address is forgotten soon
    }
  }

  # ECS reports the health of the tasks; one failure takes an address out.
  health_check_custom_config {
    failure_threshold = 1
  }
}

resource "aws_ecs_service" "this" {
  # {% if environment.names.services %}
  name = var.service_name
  # {% else %}
  name = var.name
  # {% endif %}
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  # {% if variant.fixed %}
  desired_count = var.tasks
  # {% else %}
  desired_count = var.initial_tasks
  # {% endif %}
  platform_version       = "LATEST"
  enable_execute_command = var.enable_execute_command
  propagate_tags         = "SERVICE"

  enable_ecs_managed_tags = true
  # {% if variant.blue_green %}
  availability_zone_rebalancing = "DISABLED" # AWS documents it for tasks that ECS itself replaces
  # {% else %}
  availability_zone_rebalancing = "ENABLED"
  # {% endif %}
  # {% if variant.extended %}
  health_check_grace_period_seconds = try(var.target.grace_period_seconds, var.grace_period_seconds)
  # {% else %}
  health_check_grace_period_seconds = try(var.target.grace_period_seconds, null)
  # {% endif %}

  # {% if variant.blue_green %}
  # What is new is delivered by CodeDeploy, which goes back by itself: ECS has its circuit breaker for its own deployments.
  # Its two figures are AWS's own; on Fargate, CodeDeploy makes nothing of them (Amazon ECS API: DeploymentConfiguration).
  # {% else %}
  # A deployment starts the new tasks beside the old ones, and goes back by itself when they do not stay up.
  # {% endif %}
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  # {% if variant.blue_green %}
  deployment_controller {
    type = "CODE_DEPLOY"
  }

  # {% else %}
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  # {% endif %}
  dynamic "capacity_provider_strategy" {
    for_each = var.capacity_providers

    content {
      capacity_provider = capacity_provider_strategy.key
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = var.assign_public_ip
  }

  dynamic "load_balancer" {
    for_each = aws_lb_target_group.this

    content {
      target_group_arn = load_balancer.value.arn
      container_name   = var.container_name
      container_port   = var.port
    }
  }

  # {% if variant.extended %}
  # Target groups of other load balancers; each hangs on a listener before the service is made.
  dynamic "load_balancer" {
    for_each = var.target_group_arns

    content {
      target_group_arn = load_balancer.value
      container_name   = var.container_name
      container_port   = var.port
    }
  }

  # The load balancer that verifies callers, at the port where certificate headers are believed.
  dynamic "load_balancer" {
    for_each = var.verified[*]

    content {
      target_group_arn = load_balancer.value.target_group_arn
      container_name   = var.container_name
      container_port   = load_balancer.value.port
    }
  }

  # {% endif %}
  dynamic "service_registries" {
    for_each = aws_service_discovery_service.this

    content {
      registry_arn = service_registries.value.arn
    }
  }

  # A task finds the names that were there when its deployment began (Amazon ECS Developer Guide, Amazon ECS Service Connect
  # components). `infragen apply` deploys again, at its end, what is older than something that it calls; after terraform
  # alone: `aws ecs update-service --cluster <cluster> --service <caller> --force-new-deployment`.
  dynamic "service_connect_configuration" {
    for_each = var.mesh[*]

    content {
      enabled   = true
      namespace = var.mesh.namespace_arn

      # {% include "parts/mesh_log.tf" %}

      service {
        port_name = "http"

        # CloudWatch tells the mesh's measurements apart by this name alone, in the whole account and region.
        discovery_name = var.mesh.metrics_name

        # The proxy takes its own port and leaves the container's to the load balancer; security groups
        # open this one to the declared callers.
        ingress_port_override = var.mesh.port

        client_alias {
          dns_name = var.mesh.discovery_name
          port     = var.port
        }

        dynamic "timeout" {
          for_each = var.mesh.request_timeout_seconds[*]

          content {
            idle_timeout_seconds        = max(timeout.value, 300) # what is idle for five minutes is closed, its request too
            per_request_timeout_seconds = timeout.value
          }
        }

        dynamic "tls" {
          for_each = var.mesh.tls[*]

          content {
            kms_key  = var.mesh.tls.kms_key_arn
            role_arn = var.mesh.tls.role_arn

            issuer_cert_authority {
              aws_pca_authority_arn = var.mesh.tls.private_ca_arn
            }
          }
        }
      }
    }
  }

  # {% if variant.extended %}
  # Without a port it calls others by their names, and nobody calls it.
  dynamic "service_connect_configuration" {
    for_each = var.mesh_namespace_arn[*]

    content {
      enabled   = true
      namespace = var.mesh_namespace_arn

      # {% include "parts/mesh_log.tf" %}
    }
  }

  # {% endif %}
  # {% if environment.entry_tags %}
  tags = var.tags

  # {% endif %}
  # {% if not variant.fixed or variant.pipeline or variant.blue_green %}
  lifecycle {
    ignore_changes = [
      # {% if not variant.fixed %}
      desired_count, # Application Auto Scaling moves it between the minimum and the maximum
      # {% endif %}
      # {% if variant.blue_green %}
      task_definition,            # a delivery brings its own revision
      load_balancer,              # the target group becomes the other one with each delivery
      network_configuration,      # a delivery brings it along
      capacity_provider_strategy, # it, too; one that names none takes it away, and Terraform would replace the service
      platform_version,           # AWS answers 1.4.0 where LATEST was asked for
      # {% elif variant.pipeline %}
      task_definition, # the pipeline moves it to the revisions that it registers
      # {% endif %}
    ]
  }

  # {% endif %}
  depends_on = [
    aws_iam_role_policy.execution, # a service that starts before cannot pull its image
    aws_iam_role_policy.task,      # and one that may not sign in yet ends, which counts against its deployment
    aws_lb_listener_rule.this,     # ECS refuses a target group that hangs on no load balancer yet
  ]
}
# {% endif %}
