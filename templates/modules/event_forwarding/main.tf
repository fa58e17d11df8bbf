# Sends what AWS tells of in this region on to the default event bus of another one, where people hear of it (Amazon EventBridge
# User Guide, "Sending and receiving events between AWS Regions"). An event keeps its source.

locals {
  bus = "arn:aws:events:${var.to_region}:${var.account_id}:event-bus/default"
}

resource "aws_cloudwatch_event_rule" "this" {
  name          = var.name
  description   = "Sends events of ${var.source_name} on to ${var.to_region}."
  event_pattern = jsonencode(merge({ source = [var.source_name] }, var.only))
}

resource "aws_iam_role" "this" {
  name        = var.name
  description = "Sends events of ${var.source_name} on to ${var.to_region}."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.this.arn } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "send-events"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "SendEvents"
      Effect   = "Allow"
      Action   = "events:PutEvents" # to the bus of that region
      Resource = local.bus
    }]
  })
}

resource "aws_cloudwatch_event_target" "this" {
  rule      = aws_cloudwatch_event_rule.this.name
  target_id = "bus"
  arn       = local.bus
  role_arn  = aws_iam_role.this.arn

  depends_on = [aws_iam_role_policy.this]
}
