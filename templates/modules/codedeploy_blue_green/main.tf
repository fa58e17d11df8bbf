# How AWS CodeDeploy delivers a service of ECS: new tasks start in the target group that has no requests, the rules of the
# listener lead more and more of them there, and back at once when that fails, an alarm goes off or somebody stops it.
# What is delivered is said with each delivery (`infragen release`).

resource "aws_iam_role" "deployment" {
  name        = var.role_name
  description = "What CodeDeploy may do to deliver ${var.service_name}."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # AWS CodeDeploy User Guide, "Cross-service confused deputy prevention"
      Principal = { Service = "codedeploy.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

# The actions of AWSCodeDeployRoleForECS without those for hooks, messages and buckets, each on what is this service's.
resource "aws_iam_role_policy" "deployment" {
  name = "deliver"
  role = aws_iam_role.deployment.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "MoveService"
          Effect = "Allow"
          Action = [
            "ecs:DescribeServices",
            "ecs:UpdateServicePrimaryTaskSet",
          ]
          Resource = "arn:aws:ecs:${var.region}:${var.account_id}:service/${var.cluster_name}/${var.service_name}"
        },
        {
          Sid    = "StartAndStopTasks"
          Effect = "Allow"
          Action = [
            "ecs:CreateTaskSet",
            "ecs:DeleteTaskSet",
          ]
          Resource = "arn:aws:ecs:${var.region}:${var.account_id}:task-set/${var.cluster_name}/${var.service_name}/*"
        },
        {
          Sid      = "HandRolesToTasks"
          Effect   = "Allow"
          Action   = "iam:PassRole"
          Resource = [var.execution_role_arn, var.task_role_arn]
          Condition = {
            StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" }
          }
        },
        {
          Sid    = "FindRequests"
          Effect = "Allow"
          Action = [
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetGroups",
          ]

          # These actions support no resource type (Service Authorization Reference, Elastic Load Balancing V2).
          Resource = "*"
        },
        {
          Sid      = "MoveRequests"
          Effect   = "Allow"
          Action   = "elasticloadbalancing:ModifyRule"
          Resource = var.rule_arns
        },
        {
          Sid      = "MoveListener"
          Effect   = "Allow"
          Action   = "elasticloadbalancing:ModifyListener"
          Resource = var.listener_arn
        },
      ],
      length(var.alarms) == 0 ? [] : [
        {
          Sid    = "ReadAlarms"
          Effect = "Allow"
          Action = "cloudwatch:DescribeAlarms"

          # A delivery stops where the alarms cannot be read. AWS's own policy allows it for all (AWSCodeDeployRoleForECSLimited;
          # Amazon ECS Developer Guide: Amazon ECS CodeDeploy IAM Role).
          Resource = "*"
        },
      ],
    )
  })
}

resource "aws_codedeploy_app" "this" {
  name             = var.name
  compute_platform = "ECS"
}

# Its figures stand in its name: AWS changes none, so that other figures are another one.
resource "aws_codedeploy_deployment_config" "this" {
  deployment_config_name = var.config_name
  compute_platform       = "ECS"

  traffic_routing_config {
    type = var.shift.type == "linear" ? "TimeBasedLinear" : "TimeBasedCanary"

    dynamic "time_based_linear" {
      for_each = var.shift.type == "linear" ? [var.shift] : []

      content {
        percentage = time_based_linear.value.percent
        interval   = time_based_linear.value.minutes
      }
    }

    dynamic "time_based_canary" {
      for_each = var.shift.type == "canary" ? [var.shift] : []

      content {
        percentage = time_based_canary.value.percent
        interval   = time_based_canary.value.minutes
      }
    }
  }

  lifecycle {
    create_before_destroy = true # AWS deletes none that a deployment group has
  }
}

resource "aws_codedeploy_deployment_group" "this" {
  app_name               = aws_codedeploy_app.this.name
  deployment_group_name  = var.name
  deployment_config_name = aws_codedeploy_deployment_config.this.deployment_config_name
  service_role_arn       = aws_iam_role.deployment.arn

  auto_rollback_configuration {
    enabled = true
    events = concat(
      ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"],
      length(var.alarms) == 0 ? [] : ["DEPLOYMENT_STOP_ON_ALARM"],
    )
  }

  dynamic "alarm_configuration" {
    for_each = length(var.alarms) == 0 ? [] : [var.alarms]

    content {
      enabled = true
      alarms  = alarm_configuration.value
    }
  }

  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout = "CONTINUE_DEPLOYMENT"
    }

    terminate_blue_instances_on_deployment_success {
      action                           = "TERMINATE"
      termination_wait_time_in_minutes = var.keep_minutes
    }
  }

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  ecs_service {
    cluster_name = var.cluster_name
    service_name = var.service_name
  }

  load_balancer_info {
    target_group_pair_info {
      prod_traffic_route {
        listener_arns = [var.listener_arn]
      }

      target_group {
        name = var.target_group_names[0]
      }

      target_group {
        name = var.target_group_names[1]
      }
    }
  }

  depends_on = [aws_iam_role_policy.deployment] # a delivery that begins before may do nothing
}
