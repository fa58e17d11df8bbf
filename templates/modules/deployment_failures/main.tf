# Tells people of deployments that failed: the tasks of the last one that was complete go on, so that nothing else tells of it,
# and terraform had been done before. A rule for ECS, and one for CodeDeploy where it delivers, writes to a topic in words that
# can be read. Tasks that do not start, for want of an image, a secret or a way there, have a rule of their own: ECS calls no
# deployment failed that is none, as when a standby starts or more tasks are asked for.

locals {
  # What each says of it, and how its event tells of what failed.
  patterns = {
    # Amazon ECS Developer Guide, "Amazon ECS service deployment state change events"; the first resource is the service's ARN.
    ecs = {
      source        = ["aws.ecs"]
      "detail-type" = ["ECS Deployment State Change"]
      resources = [for name in try(var.deployers["ecs"].names, []) : {
        prefix = "arn:aws:ecs:${var.region}:${var.account_id}:service/${name}/"
      }]
      detail = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
    }
    # AWS CodeDeploy User Guide, "Monitoring deployments with Amazon CloudWatch Events"; an event says STOP where the API says
    # Stopped (github.com/aws/aws-lambda-go, events/codedeploy.go). Who stops one knows it, but an alarm may, too.
    codedeploy = {
      source        = ["aws.codedeploy"]
      "detail-type" = ["CodeDeploy Deployment State-change Notification"]
      detail = {
        application = try(var.deployers["codedeploy"].names, [])
        state       = ["FAILURE", "STOP"]
      }
    }
    # Amazon ECS Developer Guide, "Amazon ECS service action events"; ECS waits longer after each attempt, and so do messages.
    starts = {
      source        = ["aws.ecs"]
      "detail-type" = ["ECS Service Action"]
      resources = [for name in try(var.deployers["starts"].names, []) : {
        prefix = "arn:aws:ecs:${var.region}:${var.account_id}:service/${name}/"
      }]
      detail = { eventName = ["SERVICE_TASK_CONFIGURATION_FAILURE", "SERVICE_TASK_PLACEMENT_FAILURE", "SERVICE_TASK_START_IMPAIRED"] }
    }
  }

  shared_lines = ["System: ${var.system}", "Time: <time>"]
  lines = {
    ecs        = concat(["Failed: a deployment of ECS"], local.shared_lines, ["Service: <service>", "Reason: <reason>"])
    codedeploy = concat(["Failed: a delivery of CodeDeploy"], local.shared_lines, ["Service: <service>", "Delivery: <delivery>, <state>"])
    starts = concat(["Failed: tasks of a service do not start"], local.shared_lines, [
      "Service: <service>",
      "Event: <event> <reason>",
      "Why: stoppedReason of its stopped tasks, which ECS keeps for an hour",
    ])
  }

  paths = {
    ecs        = { reason = "$.detail.reason", service = "$.resources[0]", time = "$.time" }
    codedeploy = { delivery = "$.detail.deploymentId", service = "$.detail.application", state = "$.detail.state", time = "$.time" }
    starts     = { event = "$.detail.eventName", reason = "$.detail.reason", service = "$.resources[0]", time = "$.time" }
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.deployers

  name          = each.value.rule_name
  description   = each.key == "starts" ? "Tells people of tasks that do not start." : "Tells people of deployments that failed."
  event_pattern = jsonencode(local.patterns[each.key])
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = var.deployers

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "topic"
  arn       = var.topic_arn

  # A line of text stands in quotation marks (Amazon EventBridge User Guide, "Amazon EventBridge input transformation").
  input_transformer {
    input_paths    = local.paths[each.key]
    input_template = join("\n", [for line in local.lines[each.key] : "\"${line}\""])
  }
}
