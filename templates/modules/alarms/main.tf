# {% if variant.extended %}
# What is watched of one entry, an alarm each: of one metric, or worked out of several.
# {% else %}
# What is watched of one entry, an alarm each.
# {% endif %}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms

  alarm_name          = each.key
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  extended_statistic  = each.value.extended_statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.seconds
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.datapoints
  treat_missing_data  = each.value.missing
  # {% if variant.extended %}
  alarm_actions = [coalesce(each.value.topic_arn, var.topic_arn)]
  ok_actions    = [coalesce(each.value.topic_arn, var.topic_arn)]
  # {% else %}
  alarm_actions = [var.topic_arn]
  ok_actions    = [var.topic_arn]
  # {% endif %}
  dimensions = each.value.dimensions
}
# {% if variant.extended %}

resource "aws_cloudwatch_metric_alarm" "expression" {
  for_each = var.expressions

  alarm_name          = each.key
  alarm_description   = each.value.description
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  threshold_metric_id = contains(keys(each.value.expressions), "band") ? "band" : null
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.datapoints
  treat_missing_data  = each.value.missing
  alarm_actions       = [coalesce(each.value.topic_arn, var.topic_arn)]
  ok_actions          = [coalesce(each.value.topic_arn, var.topic_arn)]

  dynamic "metric_query" {
    for_each = each.value.expressions

    content {
      id          = metric_query.key
      expression  = metric_query.value
      label       = metric_query.key == "result" ? each.key : null
      return_data = contains(["band", "result"], metric_query.key)

      # Metrics say theirs themselves; a query (Metrics Insights) has none.
      period = startswith(metric_query.value, "SELECT ") ? each.value.seconds : null
    }
  }

  dynamic "metric_query" {
    for_each = each.value.terms

    content {
      id          = metric_query.key
      label       = metric_query.key == "result" ? each.key : null
      return_data = metric_query.key == "result"

      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value
        stat        = each.value.statistic
        period      = each.value.seconds
        dimensions  = merge(each.value.dimensions, lookup(each.value.term_dimensions, metric_query.key, {}))
      }
    }
  }
}
# {% endif %}
