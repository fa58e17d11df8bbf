# What one service runs: its task definition, the two roles of its tasks, and its logs.
# The task role starts empty. Each feature that needs a permission is a module of its own
# (ecs_database_access, event_publish_access ...) and adds one named policy.

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
}

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
}

resource "aws_iam_role" "task" {
  name               = var.task_role_name
  description        = "What the code of ${var.name} may do."
  assume_role_policy = local.assume_role_policy
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  cpu                      = var.cpu
  memory                   = var.memory
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

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

    linuxParameters        = { initProcessEnabled = true }
    readonlyRootFilesystem = var.read_only_root_filesystem
    mountPoints            = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]

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

  runtime_platform {
    cpu_architecture        = var.cpu_architecture
    operating_system_family = "LINUX"
  }

  # Scratch space on the task's own encrypted storage, since the root may be read-only.
  volume {
    name = "tmp"
  }
}
