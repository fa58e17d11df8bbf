# Tells people of what stops keeping a rule of AWS Config. It says so to EventBridge; a rule there writes to a topic in words that
# can be read.

locals {
  console = "https://${var.region}.console.aws.amazon.com/config/home?region=${var.region}#/rules/details?configRuleName="

  lines = [
    "Found: <rule> is not kept (AWS Config)",
    "System: ${var.system}",
    "Time: <time>",
    "Resource: <type> <resource>",
    "Log: ${local.console}<rule>",
  ]
}

# AWS Config Developer Guide, "Monitoring AWS Config with Amazon EventBridge".
resource "aws_cloudwatch_event_rule" "this" {
  name        = var.rule_name
  description = "Tells people of what does not keep a rule of ${var.recorder_name}."

  event_pattern = jsonencode({
    source        = ["aws.config"]
    "detail-type" = ["Config Rules Compliance Change"]
    detail = {
      messageType         = ["ComplianceChangeNotification"]
      configRuleName      = [{ prefix = "${var.recorder_name}-" }]
      newEvaluationResult = { complianceType = ["NON_COMPLIANT"] }
    }
  })
}

resource "aws_cloudwatch_event_target" "this" {
  rule      = aws_cloudwatch_event_rule.this.name
  target_id = "topic"
  arn       = var.topic_arn

  # A line of text stands in quotation marks (Amazon EventBridge User Guide, "Amazon EventBridge input transformation").
  input_transformer {
    input_paths = {
      resource = "$.detail.resourceId"
      rule     = "$.detail.configRuleName"
      time     = "$.time"
      type     = "$.detail.resourceType"
    }
    input_template = join("\n", [for line in local.lines : "\"${line}\""])
  }
}
