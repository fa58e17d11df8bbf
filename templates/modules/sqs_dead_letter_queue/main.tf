# {% if variant.events %}
# Events that a function could not handle, or that could not be handed to it: people look here, repair, and start it again.
# {% else %}
# Messages that another queue's consumers could not handle: people look here, repair, and move them back.
# {% endif %}

resource "aws_sqs_queue" "this" {
  name = var.name
  # {% if not variant.events %}
  fifo_queue = var.fifo
  # {% endif %}
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null # without a key SQS encrypts with its own
  message_retention_seconds = var.retention_seconds
}

# {% if not variant.events %}
resource "aws_sqs_queue_redrive_allow_policy" "this" {
  queue_url = aws_sqs_queue.this.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [var.source_arn]
  })
}

# {% endif %}
resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    # {% if variant.events %}
    Statement = concat(
      [{
        Sid       = "RefusePlainText"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*" # encryption in transit
        Resource  = aws_sqs_queue.this.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      # Amazon EventBridge User Guide, "Using dead-letter queues to process undelivered events".
      length(var.rule_arns) == 0 ? [] : [{
        Sid       = "AllowRules"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage" # an event that could not be handed over
        Resource  = aws_sqs_queue.this.arn
        Condition = { ArnEquals = { "aws:SourceArn" = var.rule_arns } }
      }],
    )
    # {% else %}
    Statement = [{
      Sid       = "RefusePlainText"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*" # encryption in transit
      Resource  = aws_sqs_queue.this.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    # {% endif %}
  })
}
