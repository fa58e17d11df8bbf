module "@{own.queue.label}" {
  source = "../modules/queue"

  name              = "@{own.name}"
  dead_letter_name  = "@{own.dead_letter_name}"
  retention_seconds = "@{own.retention_seconds}"
  max_receives      = "@{queue.tries}"
}
