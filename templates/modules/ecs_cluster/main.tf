# A security boundary of its own: tasks, and, where somebody may open a shell in them, the record of every ECS Exec
# session in CloudWatch Logs.

resource "aws_cloudwatch_log_group" "exec" {
  count = var.exec_log_group_name == null ? 0 : 1

  name              = var.exec_log_group_name
  retention_in_days = var.exec_log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  dynamic "configuration" {
    for_each = aws_cloudwatch_log_group.exec

    content {
      execute_command_configuration {
        kms_key_id = var.exec_kms_key_arn
        logging    = "OVERRIDE"

        log_configuration {
          # A session ends at once when this is asked of a log group without a key.
          cloud_watch_encryption_enabled = var.logs_kms_key_arn != null
          cloud_watch_log_group_name     = aws_cloudwatch_log_group.exec[0].name
        }
      }
    }
  }

  dynamic "service_connect_defaults" {
    for_each = var.namespace_arn[*]

    content {
      namespace = var.namespace_arn
    }
  }

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  # Services name their own strategy; this one serves tasks that are started by hand.
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}
