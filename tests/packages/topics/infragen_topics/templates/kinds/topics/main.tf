module "@{own.topic.label}" {
  source = "../modules/topic"

  name          = "@{own.name}"
  delay_seconds = "@{own.delay_seconds}"
  retries       = "@{topic.retries}"
}
