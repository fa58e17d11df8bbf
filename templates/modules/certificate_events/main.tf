# Tells people of certificates that end, or that ACM cannot renew: with 30 days left, and less. What ACM proves by records in a
# zone, or has its private CA sign, it renews by itself before that; what was imported somebody has to bring anew. Where the
# private CA's own certificate ends, ACM renews none that would outlive it, and says so about those.

locals {
  ends     = "ACM Certificate Approaching Expiration" # each day
  told     = [30, 14, 7, 3, 1]
  names    = concat(var.names, [for domain in var.domain[*] : { suffix = ".${domain}" }])
  of_names = { CommonName = local.names }

  patterns = concat(
    [
      for pattern in [{ detail-type = [local.ends], detail = merge(local.of_names, { DaysToExpiry = local.told }) }] :
      pattern if length(local.names) > 0
    ],
    [
      for pattern in [{ detail-type = ["ACM Certificate Expired", "ACM Certificate Renewal Action Required"], detail = local.of_names }] :
      pattern if length(local.names) > 0
    ],
    [
      for pattern in [{ detail-type = [local.ends], resources = var.arns, detail = { DaysToExpiry = local.told } }] :
      pattern if length(var.arns) > 0
    ],
  )

  lines = [
    "Look after: a certificate",
    "System: ${var.system}",
    "Time: <time>",
    "Certificate: <name>, <arn>",
    "What: <what>, days left: <days>",
    "Reason: <reason>",
  ]
}

# AWS Certificate Manager User Guide, "Amazon EventBridge support for ACM".
resource "aws_cloudwatch_event_rule" "this" {
  name          = var.rule_name
  description   = "Tells people of certificates that end, or that are not renewed."
  event_pattern = jsonencode({ source = ["aws.acm"], "$or" = local.patterns })
}

resource "aws_cloudwatch_event_target" "this" {
  rule      = aws_cloudwatch_event_rule.this.name
  target_id = "topic"
  arn       = var.topic_arn

  # A line of text stands in quotation marks (Amazon EventBridge User Guide, "Amazon EventBridge input transformation").
  input_transformer {
    input_paths = {
      arn    = "$.resources[0]"
      days   = "$.detail.DaysToExpiry"
      name   = "$.detail.CommonName"
      reason = "$.detail.RenewalStatusReason"
      time   = "$.time"
      what   = "$.detail-type"
    }
    input_template = join("\n", [for line in local.lines : "\"${line}\""])
  }
}
