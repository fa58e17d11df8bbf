# Tells people what GuardDuty finds. It says so to EventBridge; a rule for each level of alarms picks findings by their severity,
# and writes to a topic in words that can be read.

locals {
  console = "https://${var.region}.console.aws.amazon.com/guardduty/home?region=${var.region}#/findings?search=id%3D"

  lines = [
    "Found: <title> (GuardDuty)",
    "System: ${var.system}",
    "Time: <time>",
    "Severity: <severity>",
    "Type: <type>",
    "Log: ${local.console}<id>",
  ]
}

# Amazon GuardDuty User Guide, "Processing GuardDuty findings with Amazon EventBridge".
resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.findings

  name        = each.value.rule_name
  description = "Tells people of findings of severity ${each.value.least} to below ${each.value.below}."

  event_pattern = jsonencode({
    source        = ["aws.guardduty"]
    "detail-type" = ["GuardDuty Finding"]
    detail        = { severity = [{ numeric = [">=", each.value.least, "<", each.value.below] }] }
  })
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = var.findings

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "topic"
  arn       = each.value.topic_arn

  # A line of text stands in quotation marks (Amazon EventBridge User Guide, "Amazon EventBridge input transformation").
  input_transformer {
    input_paths = {
      id       = "$.detail.id"
      severity = "$.detail.severity"
      time     = "$.time"
      title    = "$.detail.title"
      type     = "$.detail.type"
    }
    input_template = join("\n", [for line in local.lines : "\"${line}\""])
  }
}
