module "@{own.filter.label}" {
  source = "../modules/log_metric"

  name           = "@{own.name}"
  log_group_name = "@{own.log_group_name}"
  writer         = "@{own.writer}"
  pattern        = "@{own.pattern}"
  namespace      = "@{own.namespace}"
  metric         = "@{own.metric_name}"
}
