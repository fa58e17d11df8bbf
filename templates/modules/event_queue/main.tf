# The events that one service consumes. What fails repeatedly moves to the dead-letter queue, where people look. Who may
# take events stands with its task role (ecs_service).

locals {
  # Without a key SQS encrypts with its own.
  has_own_encryption = var.kms_key_arn == null ? true : null
}

resource "aws_sqs_queue" "dead_letter" {
  name                      = var.dead_letter_name
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = local.has_own_encryption
  message_retention_seconds = var.dead_letter_retention
}

resource "aws_sqs_queue" "this" {
  name                       = var.name
  kms_master_key_id          = var.kms_key_arn
  sqs_managed_sse_enabled    = local.has_own_encryption
  message_retention_seconds  = var.retention_seconds
  visibility_timeout_seconds = var.visibility_timeout_seconds
  receive_wait_time_seconds  = 20 # long polling

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = var.max_receives
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this.arn]
  })
}

resource "aws_sqs_queue_policy" "this" {
  for_each = {
    dead-letters = aws_sqs_queue.dead_letter
    events       = aws_sqs_queue.this
  }

  queue_url = each.value.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlainText"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*" # encryption in transit
      Resource  = each.value.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
