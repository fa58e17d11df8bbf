module "@{own.queue.label}" {
  source = "../modules/sqs_queue"

  name                       = "@{own.name}"
  retention_seconds          = "@{queue.retention}"
  visibility_timeout_seconds = "@{queue.visibility_timeout}"
  # {% if queue.delay %}
  delay_seconds = "@{queue.delay}"
  # {% endif %}
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
  # {% if queue.fifo %}

  fifo = {
    content_based_deduplication = "@{queue.fifo.content_based_deduplication}"
    high_throughput             = "@{queue.fifo.high_throughput}"
  }
  # {% endif %}
  # {% if own.dead_letters %}

  dead_letters = {
    arn               = "@{own.dead_letters.arn}"
    max_receive_count = "@{queue.dead_letters.max_receive_count}"
  }
  # {% endif %}
}
# {% if own.dead_letters %}

module "@{own.dead_letters.label}" {
  source = "../modules/sqs_dead_letter_queue"

  name              = "@{own.dead_letter_name}"
  source_arn        = "@{own.arn}"
  retention_seconds = "@{queue.dead_letters.retention}"
  # {% if queue.fifo %}
  fifo = true
  # {% endif %}
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
}
# {% endif %}
