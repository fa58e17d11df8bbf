# Where alarms of one level go, and who of them is written to. AWS asks each address once to confirm.

resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for sid, service in var.publishers : {
        Sid       = sid
        Effect    = "Allow"
        Principal = { Service = service }
        Action    = "sns:Publish" # alarms, and what a budget says
        Resource  = aws_sns_topic.this.arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      }
    ]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = var.addresses

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}
