# A state machine on AWS Step Functions: what it does, its role and log, and its schedules. Its policies are there before it
# is, as Step Functions asks whether the role may write the log.

locals {
  arn = "arn:aws:states:${var.region}:${var.account_id}:stateMachine:${var.name}"
}

# Log groups that begin like this need no line of their own in the account's policy for logs, which has room for few (AWS Step
# Functions Developer Guide, "Avoiding Amazon CloudWatch Logs resource policy size restrictions").
resource "aws_cloudwatch_log_group" "this" {
  count = var.log_level == "OFF" ? 0 : 1

  name              = "/aws/vendedlogs/states/${var.name}"
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "What the states of ${var.name} may do."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # Step Functions takes the role for this state machine only
      Principal = { Service = "states.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = local.arn }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

resource "aws_iam_role_policy" "logs" {
  # checkov:skip=CKV_AWS_290:AWS knows no smaller resource for these actions
  # checkov:skip=CKV_AWS_355:AWS knows no smaller resource for these actions
  count = var.log_level == "OFF" ? 0 : 1

  name = "write-logs"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "DeliverLogs"
      Effect = "Allow"
      Action = [
        "logs:CreateLogDelivery", # CloudWatch delivers its log
        "logs:CreateLogStream",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies", # whether the log group takes it
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutLogEvents",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ]

      # CloudWatch asks for all of them (AWS Step Functions Developer Guide, "Using CloudWatch Logs to log execution history").
      Resource = "*"
    }]
  })
}

# One for each entry that its states name: what is no longer named takes its policy along.
resource "aws_iam_role_policy" "this" {
  for_each = var.policies

  name = each.key
  role = aws_iam_role.this.name

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

resource "aws_sfn_state_machine" "this" {
  # checkov:skip=CKV_AWS_284:traces are billed, and there where `tracing` asks for them
  # checkov:skip=CKV_AWS_285:inputs and outputs of states may hold what nobody should read: `log_data` says that they may be logged
  name       = var.name
  type       = var.type
  role_arn   = aws_iam_role.this.arn
  definition = var.definition

  logging_configuration {
    level                  = var.log_level
    include_execution_data = var.log_data
    log_destination        = one([for group in aws_cloudwatch_log_group.this : "${group.arn}:*"])
  }

  tracing_configuration {
    enabled = var.tracing
  }

  depends_on = [
    aws_iam_role_policy.logs, # Step Functions asks whether the role may write the log
    aws_iam_role_policy.this, # what starts before may do nothing
  ]
}

# {% include "parts/schedules_role.tf" %}

resource "aws_iam_role_policy" "schedules" {
  count = length(var.schedules) == 0 ? 0 : 1

  name = "start-workflow"
  role = aws_iam_role.schedules[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "StartWorkflow"
      Effect   = "Allow"
      Action   = "states:StartExecution" # a schedule is due
      Resource = aws_sfn_state_machine.this.arn
    }]
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
    arn      = aws_sfn_state_machine.this.arn
    role_arn = aws_iam_role.schedules[0].arn
    input    = jsonencode({ schedule = each.key }) # what an execution sees of why it runs

    # AWS would go on for a day: what belongs to the night is not started at noon.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 60
    }
  }

  depends_on = [aws_iam_role_policy.schedules] # EventBridge Scheduler asks whether it may take the role
}
