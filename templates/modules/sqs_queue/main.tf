resource "aws_sqs_queue" "this" {
  name                       = var.name
  kms_master_key_id          = var.kms_key_arn
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null # without a key SQS encrypts with its own
  message_retention_seconds  = var.retention_seconds
  visibility_timeout_seconds = var.visibility_timeout_seconds
  delay_seconds              = var.delay_seconds
  receive_wait_time_seconds  = 20 # long polling: empty answers cost as much as full ones

  fifo_queue                  = var.fifo != null
  content_based_deduplication = try(var.fifo.content_based_deduplication, null)
  deduplication_scope         = try(var.fifo.high_throughput ? "messageGroup" : "queue", null)
  fifo_throughput_limit       = try(var.fifo.high_throughput ? "perMessageGroupId" : "perQueue", null)

  redrive_policy = var.dead_letters == null ? null : jsonencode({
    deadLetterTargetArn = var.dead_letters.arn
    maxReceiveCount     = var.dead_letters.max_receive_count
  })
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlainText"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*" # encryption in transit
      Resource  = aws_sqs_queue.this.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
