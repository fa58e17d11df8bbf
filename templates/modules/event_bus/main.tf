# A bus of EventBridge, or rules on the account's default one: which events start what, with one role for all of it, and a
# queue for what could not be handed over.

resource "aws_cloudwatch_event_bus" "this" {
  count = var.name == null ? 0 : 1

  name = var.name
}

locals {
  bus_name = var.name == null ? "default" : aws_cloudwatch_event_bus.this[0].name

  targets = merge([
    for key, rule in var.rules : { for id, target in rule.targets : "${key}/${id}" => merge(target, { rule = key, id = id }) }
  ]...)
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.rules

  name           = each.value.name
  description    = each.value.description
  event_bus_name = local.bus_name
  event_pattern  = each.value.event_pattern
}

resource "aws_iam_role" "this" {
  count = length(var.rules) == 0 ? 0 : 1

  name        = var.role_name
  description = "What events of ${local.bus_name} may start."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # EventBridge takes the role for these rules only
      Principal = { Service = "events.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = values(aws_cloudwatch_event_rule.this)[*].arn }
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

# One for each entry that rules lead to: what is no longer named takes its policy along.
resource "aws_iam_role_policy" "this" {
  for_each = var.policies

  name = each.key
  role = aws_iam_role.this[0].name

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

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.targets

  rule           = aws_cloudwatch_event_rule.this[each.value.rule].name
  event_bus_name = local.bus_name
  target_id      = each.value.id
  arn            = each.value.arn
  role_arn       = aws_iam_role.this[0].arn

  dynamic "ecs_target" {
    for_each = each.value.task == null ? [] : [each.value.task]

    content {
      task_definition_arn = ecs_target.value.task_definition_arn
      task_count          = 1
      propagate_tags      = "TASK_DEFINITION"

      capacity_provider_strategy {
        capacity_provider = ecs_target.value.capacity_provider
        weight            = 1
      }

      network_configuration {
        subnets          = ecs_target.value.subnet_ids
        security_groups  = ecs_target.value.security_group_ids
        assign_public_ip = ecs_target.value.assign_public_ip
      }
    }
  }

  retry_policy {
    maximum_retry_attempts       = var.maximum_retry_attempts
    maximum_event_age_in_seconds = var.maximum_event_age_in_seconds
  }

  dead_letter_config {
    arn = var.dead_letter_arn
  }

  depends_on = [aws_iam_role_policy.this] # from the first event on
}
