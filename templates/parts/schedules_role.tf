# {# The role of EventBridge Scheduler for the schedules of one group. #}
resource "aws_iam_role" "schedules" {
  count = length(var.schedules) == 0 ? 0 : 1

  name        = var.schedules_role_name
  description = "Starts ${var.name} by the clock."
  # {% include "parts/role_boundary.tf" %}

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
