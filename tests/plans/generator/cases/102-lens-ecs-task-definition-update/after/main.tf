locals {
  registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
  secret   = "arn:aws:secretsmanager:us-east-1:123456789012:secret:planning"
}

resource "aws_ecs_task_definition" "planning" {
  family                   = "planning"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "1024"
  memory                   = "2048"
  container_definitions = jsonencode([
    {
      name         = "app", image = "${local.registry}/planning:1.9.0"
      portMappings = [{ containerPort = 8080, name = "http" }, { containerPort = 9090, name = "metrics" }]
      environment = [
        { name = "DB_NAME", value = "planning" }, { name = "LOG_LEVEL", value = "debug" },
        { name = "DB_HOST", value = "planning.cluster-abc.us-east-1.rds.amazonaws.com" },
        { name = "FEATURE_REPLAN", value = "on" }, { name = "TZ", value = "Asia/Tokyo" },
      ]
      secrets          = [{ name = "DB_PASSWORD", valueFrom = "${local.secret}-db2-MnOpQr" }, { name = "API_KEY", valueFrom = "${local.secret}-api-GhIjKl" }]
      logConfiguration = { logDriver = "awslogs", options = { "awslogs-group" = "/technova/planning", "awslogs-region" = "us-east-1", "awslogs-stream-prefix" = "planning" } }
      healthCheck      = { command = ["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"], startPeriod = 90 }
    },
    { name = "proxy", image = "public.ecr.aws/envoy/envoy:v1.31.2", essential = false, dependsOn = [{ containerName = "app", condition = "HEALTHY" }] },
  ])
}

resource "aws_ecs_task_definition" "batch" {
  family       = "batch"
  skip_destroy = true
  container_definitions = jsonencode([{
    name        = "batch", image = "${local.registry}/batch:4", cpu = 512, memory = 512, command = ["run", "--hourly"]
    environment = [{ name = "WINDOW", value = "02:00" }]
    ulimits     = [{ name = "nofile", softLimit = 4096, hardLimit = 4096 }]
  }])
}

resource "aws_ecs_task_definition" "reports" {
  family                   = "reports"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "512"
  memory                   = "1024"
  container_definitions = jsonencode([
    {
      name = "app", image = "${local.registry}/reports:2.4.0", cpu = 0, essential = true
      portMappings = [{ containerPort = 8080, hostPort = 8080, protocol = "tcp" }]
      environment = [
        { name = "LOG_LEVEL", value = "debug" },
        { name = "DB_HOST", value = "reports.cluster-abc.us-east-1.rds.amazonaws.com" },
        { name = "DB_NAME", value = "reports" },
        { name = "DB_PORT", value = "5432" },
        { name = "CACHE_HOST", value = "reports.abc.cache.amazonaws.com" },
        { name = "CACHE_TTL", value = "300" },
        { name = "BUCKET", value = "technova-reports" },
        { name = "TOPIC", value = "arn:aws:sns:us-east-1:123456789012:reports" },
        { name = "TZ", value = "Asia/Tokyo" },
        { name = "WORKERS", value = "4" },
      ]
      secrets = [
        { name = "DB_PASSWORD", valueFrom = "${local.secret}-db_password-AbCdEf" },
        { name = "API_KEY", valueFrom = "${local.secret}-api_key-AbCdEf" },
        { name = "MAIL_TOKEN", valueFrom = "${local.secret}-mail_token-AbCdEf" },
      ]
      logConfiguration = { logDriver = "awslogs", options = { "awslogs-group" = "/technova/reports", "awslogs-region" = "us-east-1", "awslogs-stream-prefix" = "app" } }
    },
  ])
}
