module "@{own.label}" {
  source = "../modules/alarms"

  topic_arn = module.alerts.arn
  alarms    = "@{own.alarms}"
}
