# Stops what costs by the hour when nobody works, and starts it before somebody does: EventBridge Scheduler calls AWS's API by
# itself, without a function. AWS starts a stopped database after seven days; the timetable of a week stops it again.

resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "Stops and starts what is there in working hours only."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # EventBridge Scheduler takes the role for the schedules of this group only
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = aws_scheduler_schedule_group.this.arn }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "stop-and-start"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for name in sort(keys(var.stopped)) : {
        Effect   = "Allow"
        Action   = var.stopped[name].actions
        Resource = var.stopped[name].arn
      }],
      # EC2 reads an encrypted disk by a grant of who starts the host, and by nothing else (Amazon EBS User Guide, "Requirements
      # for Amazon EBS encryption").
      [for name in sort(keys(var.stopped)) : {
        Effect    = "Allow"
        Action    = "kms:CreateGrant"
        Resource  = var.stopped[name].kms_key_arn
        Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
      } if var.stopped[name].kms_key_arn != null],
    )
  })
}

# A group of its own: what its schedules do shows under its name in CloudWatch.
resource "aws_scheduler_schedule_group" "this" {
  name = var.group_name
}

resource "aws_scheduler_schedule" "stop" {
  # checkov:skip=CKV_AWS_297:what it holds is no secret: a time, and what it stops
  for_each = var.stopped

  name        = "${each.key}-stop"
  group_name  = aws_scheduler_schedule_group.this.name
  description = "Stops ${each.key} when the working hours are over."

  schedule_expression          = var.stop
  schedule_expression_timezone = var.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = each.value.stop
    role_arn = aws_iam_role.this.arn
    input    = jsonencode(merge(each.value.arguments, each.value.lists))

    # For an hour: AWS stops nothing that it is backing up or changing.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 60
    }
  }

  depends_on = [aws_iam_role_policy.this] # EventBridge Scheduler asks whether it may take the role
}

resource "aws_scheduler_schedule" "start" {
  # checkov:skip=CKV_AWS_297:what it holds is no secret: a time, and what it starts
  for_each = var.stopped

  name        = "${each.key}-start"
  group_name  = aws_scheduler_schedule_group.this.name
  description = "Starts ${each.key} before the working hours begin."

  schedule_expression          = var.start
  schedule_expression_timezone = var.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = each.value.start
    role_arn = aws_iam_role.this.arn
    input    = jsonencode(merge(each.value.arguments, each.value.lists))

    # For an hour: what still stops cannot be started.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 60
    }
  }

  depends_on = [aws_iam_role_policy.this] # EventBridge Scheduler asks whether it may take the role
}
