resource "aws_ecs_task_definition" "planning" {
  family                   = "planning"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "512"
  memory                   = "1024"
  container_definitions = jsonencode([
    {
      name             = "app", image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/planning:1.8.2", essential = true
      portMappings     = [{ containerPort = 8080, hostPort = 8080, protocol = "tcp", name = "http", appProtocol = "http2" }]
      environment      = [{ name = "LOG_LEVEL", value = "info" }, { name = "DB_NAME", value = "planning" }]
      secrets          = [{ name = "DB_PASSWORD", valueFrom = "arn:aws:secretsmanager:us-east-1:123456789012:secret:planning-db-AbCdEf" }]
      logConfiguration = { logDriver = "awslogs", options = { "awslogs-group" = "/technova/planning", "awslogs-region" = "us-east-1" } }
      dockerLabels     = { team = "planning" }
      linuxParameters  = { initProcessEnabled = true }
      environmentFiles = [{ type = "s3", value = "arn:aws:s3:::technova-env/planning.env" }]
    },
    { name = "sidecar", image = "public.ecr.aws/envoy/envoy:v1.31.2", essential = false, cpu = 32, portMappings = [{ containerPort = 9901, hostPort = 9901, protocol = "udp" }] },
  ])
}

resource "aws_iam_role" "of_another_account" {
  name               = "task"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }] })
}

resource "aws_ecs_task_definition" "unknown" {
  family                = "unknown"
  container_definitions = jsonencode([{ name = "app", image = "public.ecr.aws/x/x:1", memory = 64, environment = [{ name = "ROLE", value = aws_iam_role.of_another_account.arn }] }])
}
