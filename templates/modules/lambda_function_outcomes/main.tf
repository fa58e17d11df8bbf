# Tells people how runs of a function ended that nobody waited for. Lambda says so to EventBridge; a rule for each outcome
# picks the function's own, and writes to a topic in words that can be read.

locals {
  # What would be no text in a template of EventBridge: quotation marks around each line, backslashes, and variables, `<name>`.
  title = replace(replace(replace(replace(var.title, "\"", "'"), "\\", "/"), "<", "("), ">", ")")

  function = "arn:aws:lambda:${var.region}:${var.account_id}:function:${var.name}:" # with the version that ran
  log      = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#logsV2:log-groups/log-group/${replace(var.log_group_name, "/", "$252F")}"

  conditions = {
    success = ["Success"]
    failure = [{ "anything-but" = "Success" }] # all attempts failed, or it waited too long for one
  }

  lines = {
    success = [
      "Done: ${local.title} (${var.entry})",
      "System: ${var.system}",
      "Ended: <time>",
      "Run: <run>",
      "Log: ${local.log}",
    ]
    failure = [
      "Failed: ${local.title} (${var.entry})",
      "System: ${var.system}",
      "Ended: <time>",
      "Reason: <condition>, attempts: <attempts>",
      "Run: <run>",
      "Log: ${local.log}",
    ]
  }

  shared_paths = { run = "$.detail.requestContext.requestId", time = "$.time" }
  paths = {
    success = local.shared_paths
    failure = merge(local.shared_paths, {
      attempts  = "$.detail.requestContext.approximateInvokeCount"
      condition = "$.detail.requestContext.condition"
    })
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.outcomes

  name        = each.value.rule_name
  description = "Tells people of each ${each.key} of ${var.name}."

  # AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
  event_pattern = jsonencode({
    source = ["lambda"]
    detail = {
      requestContext = {
        functionArn = [{ prefix = local.function }]
        condition   = local.conditions[each.key]
      }
    }
  })
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = var.outcomes

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "topic"
  arn       = each.value.topic_arn

  # A line of text stands in quotation marks (Amazon EventBridge User Guide, "Amazon EventBridge input transformation").
  input_transformer {
    input_paths    = local.paths[each.key]
    input_template = join("\n", [for line in local.lines[each.key] : "\"${line}\""])
  }
}
