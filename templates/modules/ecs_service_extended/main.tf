# {% extends "modules/ecs_service/main.tf" %}
# {% block title %}
# A service on Fargate as ecs_service is one, for a container that needs more: a command of its own, secrets in its
# environment, folders that it may write to, sidecars, images from other registries, target groups of others' load balancers,
# or no port at all. Terraform sets the image (`deploy: terraform`).
# {% endblock %}
# {% block start_task %}
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
# {% endblock %}
# {% block containers %}
  # The container of the service, and its sidecars: they share the task's address, its roles and its end. Service Connect's
  # own container is added by ECS at run time.
  container_definitions = jsonencode([
    for name, container in local.containers : {
      for field, value in {
        name       = name
        image      = container.image
        essential  = container.essential
        command    = container.command
        entryPoint = container.entry_point
        user       = container.user

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
        dependsOn   = [for other, condition in container.depends_on : { containerName = other, condition = condition }]

        environment = [for variable, value in container.environment : { name = variable, value = value }]
        secrets     = [for variable, arn in container.secrets : { name = variable, valueFrom = arn }]

        repositoryCredentials = container.pull_secret_arn == null ? null : {
          credentialsParameter = container.pull_secret_arn
        }

        portMappings = [
          # {% block each_port %}
          for port in concat(container.port[*], name == var.container_name ? var.verified[*].port : []) : merge(
            # {% endblock %}
            { containerPort = port, hostPort = port, protocol = "tcp" },
            name == var.container_name && port == container.port ? { name = "http", appProtocol = "http" } : {},
          )
        ]

        readonlyRootFilesystem = var.read_only_root_filesystem
        linuxParameters = {
          initProcessEnabled = true
          tmpfs              = [{ containerPath = "/tmp", size = local.tmp_sizes[name], mountOptions = local.tmp_options }]
        }
        mountPoints = [
          for volume, path in container.writable_paths : { sourceVolume = volume, containerPath = path, readOnly = false }
        ]

        logConfiguration = {
          logDriver = "awslogs"
          options = {
            awslogs-group         = aws_cloudwatch_log_group.this.name
            awslogs-region        = var.region
            awslogs-stream-prefix = name
            max-buffer-size       = "25m"
            mode                  = "non-blocking" # a slow log service must not stop the service
          }
        }
      } : field => value if value != null
    }
  ])
# {% endblock %}
# {% block volumes %}
  # Folders on the task's own encrypted storage, since the root may be read-only; they are gone with the task.
  dynamic "volume" {
    for_each = toset(flatten([for one in local.containers : keys(one.writable_paths)]))

    content {
      name = volume.value
    }
  }
# {% endblock %}
# {% block grace_period %}
  health_check_grace_period_seconds = try(var.target.grace_period_seconds, var.grace_period_seconds)
# {% endblock %}
# {% block more_targets %}
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

# {% endblock %}
# {% block mesh_client %}
  # Without a port it calls others by their names, and nobody calls it.
  dynamic "service_connect_configuration" {
    for_each = var.mesh_namespace_arn[*]

    content {
      enabled   = true
      namespace = var.mesh_namespace_arn
    }
  }

# {% endblock %}
# {% block locals %}

locals {
  containers = merge(var.sidecars, {
    (var.container_name) = {
      image           = var.image
      essential       = true
      command         = var.command
      entry_point     = var.entry_point
      user            = var.user
      # {% block own_port %}
      port = var.port
      # {% endblock %}
      environment     = var.environment
      secrets         = var.secrets
      writable_paths  = var.writable_paths
      health_check    = var.health_check
      depends_on      = var.depends_on_sidecars
      stop_timeout    = var.stop_timeout
      pull_secret_arn = var.pull_secret_arn
      cpu             = null
      memory          = null
    }
  })

  # Each container has a /tmp of its own, of its own memory where that has a limit.
  tmp_sizes = {
    for name, container in local.containers :
    name => container.memory == null ? var.tmp_size : min(var.tmp_size, floor(container.memory / 4))
  }

  # What is read at the start of a task: values of variables, logins of registries.
  secrets = flatten([
    for container in local.containers : concat(values(container.secrets), container.pull_secret_arn[*])
  ])
}
# {% endblock %}
