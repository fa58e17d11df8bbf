# What may be spent a month: AWS tells who wants to know that a share of it is passed, and stops nothing.

resource "aws_budgets_budget" "this" {
  account_id   = var.account_id
  name         = var.name
  budget_type  = "COST"
  limit_amount = tostring(var.monthly)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "cost_filter" {
    for_each = var.filters

    content {
      name   = cost_filter.key
      values = cost_filter.value
    }
  }

  dynamic "notification" {
    for_each = var.notifications

    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.value.type
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = notification.value.addresses
      subscriber_sns_topic_arns  = notification.value.topic_arn[*]
    }
  }
}
