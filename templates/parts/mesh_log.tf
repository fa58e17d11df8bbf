# {# Where the proxy of Service Connect writes. #}
# The proxy writes as a container of its own, with the execution role, and nowhere unless it is told to: why a call through
# the mesh fails stands here alone (Amazon ECS API: ServiceConnectConfiguration).
log_configuration {
  log_driver = "awslogs"
  options = {
    awslogs-group         = aws_cloudwatch_log_group.this.name
    awslogs-region        = var.region
    awslogs-stream-prefix = "service-connect"
    max-buffer-size       = "25m"
    mode                  = "non-blocking"
  }
}
