# {% extends "modules/ecs_service_extended/main.tf" %}
# {% block title %}
# A job on Fargate: a task that runs to its end, started by hand or by the clock. Its schedules start the revision of the
# task definition that Terraform made; one that still runs when the next is due runs on beside it.
# {% endblock %}
# {% block reached %}
# What it runs (task definition, roles, logs), what its code may do, and what starts it. Nothing connects to it.
# {% endblock %}
# {% block service %}
resource "aws_iam_role" "schedules" {
  count = length(var.schedules) == 0 ? 0 : 1

  name        = var.schedules_role_name
  description = "Starts ${var.name} by the clock."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # EventBridge Scheduler takes the role for the schedules of this group only
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = aws_scheduler_schedule_group.this[0].arn }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

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
# {% endblock %}
# {% block each_port %}
for port in container.port[*] : merge(
# {% endblock %}
# {% block own_port %}
port = null
# {% endblock %}
