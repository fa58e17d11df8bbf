# {% if variant.level %}
# Where alarms of one level go, and who of them is written to. AWS asks each address once to confirm.
# {% else %}
# Where every alarm of the environment goes, and how runs of jobs ended.
# {% endif %}

resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for sid, service in var.publishers : merge(
        {
          Sid       = sid
          Effect    = "Allow"
          Principal = { Service = service }
          # {% if variant.level %}
          Action = "sns:Publish" # alarms, what a budget says, how runs ended, and findings
          # {% else %}
          Action = "sns:Publish" # alarms, how runs ended, and findings
          # {% endif %}
          Resource = aws_sns_topic.this.arn
        },
        {
          # "You can't use of Condition blocks in Amazon SNS topic policies for EventBridge": its messages would be lost (Amazon
          # EventBridge User Guide, "Using resource-based policies for Amazon EventBridge").
          for name, condition in { Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } } } : name => condition
          if service != "events.amazonaws.com"
        },
      )
    ]
  })
}

# {% if variant.level %}
resource "aws_sns_topic_subscription" "mail" {
  for_each = var.addresses

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}

# {% endif %}
