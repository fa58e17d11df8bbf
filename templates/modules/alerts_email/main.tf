# People who get the alarms by mail. AWS asks each of them once to confirm.

resource "aws_sns_topic_subscription" "this" {
  for_each = var.addresses

  topic_arn = var.topic_arn
  protocol  = "email"
  endpoint  = each.value
}
