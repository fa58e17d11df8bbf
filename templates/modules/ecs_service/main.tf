# {% block title %}
# A service on Fargate whose image is set by Terraform (`deploy: terraform`): a new image is a new task
# definition, and applying it is the deployment. ecs_service_pipeline is its twin for `deploy: pipeline`.
# {% endblock %}
#
# {% block reached %}
# What it runs (task definition, roles, logs), what its code may do, and how it is reached, in two ways if wanted:
# the internal load balancer registers the tasks on the container's port (`target`), and other services come through
# Service Connect on the mesh port (`mesh`), with `tls` encrypted. Service Connect proves the server to the client, not
# the client to the server (internal_load_balancer says where clients are proved).
# {% endblock %}

locals {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # ECS hands the role to the tasks of this account only
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:aws:ecs:${var.region}:${var.account_id}:*" }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })

  # A folder in memory that every user may write to, as /tmp is elsewhere: a volume would belong to root. The words are
  # those of `docker run --tmpfs` (Amazon ECS API, Tmpfs), whose default is noexec.
  tmp_options = ["exec", "mode=1777", "nodev", "nosuid", "rw"]
}
# {% block locals %}
# {% endblock %}

resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group_name
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_iam_role" "execution" {
  name               = var.execution_role_name
  description        = "Starts the tasks of ${var.name}: pulls the image, opens the log stream."
  assume_role_policy = local.assume_role_policy
}

resource "aws_iam_role_policy" "execution" {
  name = "start-task"
  role = aws_iam_role.execution.name

  # {% block start_task %}
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
  # {% endblock %}
}

resource "aws_iam_role" "task" {
  name               = var.task_role_name
  description        = "What the code of ${var.name} may do."
  assume_role_policy = local.assume_role_policy
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

  # {% block containers %}
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
  # {% endblock %}

  runtime_platform {
    cpu_architecture        = var.cpu_architecture
    operating_system_family = "LINUX"
  }

  # {% block volumes %}
  # {% endblock %}
}

# {% block service %}
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
  name            = var.name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  # {% block tasks %}
  desired_count = var.initial_tasks
  # {% endblock %}
  platform_version       = "LATEST"
  enable_execute_command = var.enable_execute_command
  propagate_tags         = "SERVICE"

  enable_ecs_managed_tags = true
  # {% block rebalancing %}
  availability_zone_rebalancing = "ENABLED"
  # {% endblock %}
  # {% block grace_period %}
  health_check_grace_period_seconds = try(var.target.grace_period_seconds, null)
  # {% endblock %}

  # {% block deployment %}
  # A deployment starts the new tasks beside the old ones, and goes back by itself when they do not stay up.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  # {% endblock %}
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

  # {% block more_targets %}
  # {% endblock %}
  dynamic "service_registries" {
    for_each = aws_service_discovery_service.this

    content {
      registry_arn = service_registries.value.arn
    }
  }

  dynamic "service_connect_configuration" {
    for_each = var.mesh[*]

    content {
      enabled   = true
      namespace = var.mesh.namespace_arn

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

  # {% block mesh_client %}
  # {% endblock %}
  # {% block lifecycle %}
  lifecycle {
    ignore_changes = [
      # {% block scaled %}
      desired_count, # Application Auto Scaling moves it between the minimum and the maximum
      # {% endblock %}
      # {% block ignored %}
      # {% endblock %}
    ]
  }

  # {% endblock %}
  depends_on = [
    aws_iam_role_policy.execution, # a service that starts before cannot pull its image
    aws_lb_listener_rule.this,     # ECS refuses a target group that hangs on no load balancer yet
  ]
}
# {% endblock %}
