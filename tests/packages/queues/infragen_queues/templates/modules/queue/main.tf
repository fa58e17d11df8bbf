# A queue; what fails repeatedly moves to the dead-letter queue, where people look.

resource "aws_sqs_queue" "dead_letter" {
  name                      = var.dead_letter_name
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "this" {
  name                      = var.name
  message_retention_seconds = var.retention_seconds

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = var.max_receives
  })
}
