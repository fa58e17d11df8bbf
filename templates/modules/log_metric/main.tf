# Counts lines of a log: 0 where none is found, so that an alarm on it has something to look at.

resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = var.name
  log_group_name = var.log_group_name
  pattern        = var.pattern

  metric_transformation {
    namespace     = var.namespace
    name          = var.metric
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }

  lifecycle {
    precondition {
      condition     = var.writer != ""
      error_message = "What writes the log makes its log group."
    }
  }
}
