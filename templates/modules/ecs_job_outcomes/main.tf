# {% if variant.function %}
# Tells people how runs of a function ended that nobody waited for. Lambda says so to EventBridge; a rule for each outcome
# picks the function's own, and writes to a topic in words that can be read.
# {% else %}
# Tells people how runs of a job ended. ECS says of every task to EventBridge that it stopped; a rule for each outcome picks
# the job's own, and writes to a topic in words that can be read.
# {% endif %}

locals {
  # What would be no text in a template of EventBridge: quotation marks around each line, backslashes, and variables, `<name>`.
  title = replace(replace(replace(replace(var.title, "\"", "'"), "\\", "/"), "<", "("), ">", ")")

  # {% if variant.function %}
  function = "arn:aws:lambda:${var.region}:${var.account_id}:function:${var.name}:" # with the version that ran
  log      = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#logsV2:log-groups/log-group/${replace(var.log_group_name, "/", "$252F")}"
  # {% else %}
  # Each revision of its task definition, whoever started it.
  tasks = "arn:aws:ecs:${var.region}:${var.account_id}:task-definition/${var.name}:"
  well  = "EssentialContainerExited" # by itself: nobody stopped it, and it had started
  log   = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#logsV2:log-groups/log-group/${replace(var.log_group_name, "/", "$252F")}"
  # {% endif %}

  # {% if variant.function %}
  conditions = {
    success = ["Success"]
    failure = [{ "anything-but" = "Success" }] # all attempts failed, or it waited too long for one
  }

  # {% else %}
  # A code counts with the name of its container (github.com/aws/event-ruler, "JSON Array Matching").
  patterns = {
    success = {
      stopCode   = [local.well]
      containers = { name = [var.containers[0]], exitCode = [0] }
    }
    failure = {
      "$or" = concat([
        { stopCode = [{ "anything-but" = local.well }] },                                                                  # it could not start, or was stopped
        { containers = { name = concat([var.containers[0]], keys(var.preparing)), exitCode = [{ "anything-but" = 0 }] } }, # its code failed
        { containers = { exitCode = [{ exists = false }] } },                                                              # nothing of it ever ran
      ], [for name in var.time_limits : { containers = { name = [name], exitCode = [0] } }])                               # its time was up
    }
  }

  codes = join(", ", [for number, name in var.containers : "<container${number}> <code${number}>"])
  # {% endif %}
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
      # {% if variant.function %}
      "Reason: <condition>, attempts: <attempts>",
      # {% else %}
      "Exit codes: ${local.codes}",
      "Reason: <stop>, <reason>",
      # {% endif %}
      "Run: <run>",
      "Log: ${local.log}",
    ]
  }

  # {% if variant.function %}
  shared_paths = { run = "$.detail.requestContext.requestId", time = "$.time" }
  # {% else %}
  shared_paths = { run = "$.detail.taskArn", time = "$.time" }
  # {% endif %}
  paths = {
    success = local.shared_paths
    # {% if variant.function %}
    failure = merge(local.shared_paths, {
      attempts  = "$.detail.requestContext.approximateInvokeCount"
      condition = "$.detail.requestContext.condition"
    })
    # {% else %}
    failure = merge(
      local.shared_paths,
      { reason = "$.detail.stoppedReason", stop = "$.detail.stopCode" },
      { for number, name in var.containers : "code${number}" => "$.detail.containers[${number}].exitCode" }, # in no order of ours
      { for number, name in var.containers : "container${number}" => "$.detail.containers[${number}].name" },
    )
    # {% endif %}
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.outcomes

  name        = each.value.rule_name
  description = "Tells people of each ${each.key} of ${var.name}."

  # {% if variant.function %}
  # AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
  # {% else %}
  # Amazon ECS Developer Guide, "Amazon ECS task state change events".
  # {% endif %}
  event_pattern = jsonencode({
    # {% if variant.function %}
    source = ["lambda"]
    detail = {
      requestContext = {
        functionArn = [{ prefix = local.function }]
        condition   = local.conditions[each.key]
      }
    }
    # {% else %}
    source        = ["aws.ecs"]
    "detail-type" = ["ECS Task State Change"]
    detail = merge(
      { lastStatus = ["STOPPED"], taskDefinitionArn = [{ prefix = local.tasks }] },
      local.patterns[each.key],
    )
    # {% endif %}
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
