# A topic; what a web address does not take is sent again.

resource "aws_sns_topic" "this" {
  name = var.name

  delivery_policy = jsonencode({
    http = {
      defaultHealthyRetryPolicy = {
        backoffFunction = "linear"
        maxDelayTarget  = var.delay_seconds
        minDelayTarget  = var.delay_seconds
        numRetries      = var.retries
      }
    }
  })
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlainText"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.this.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
