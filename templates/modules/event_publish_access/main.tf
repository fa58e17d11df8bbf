# Lets a service send events to another service's queue. The queue's ARN is built from its name, so that
# publisher and consumer may stand in stacks that do not know each other.

resource "aws_iam_role_policy" "this" {
  name = "publish-to-${var.consumer}"
  role = var.task_role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "SendEvents"
        Effect   = "Allow"
        Action   = "sqs:SendMessage" # events
        Resource = var.queue_arn
      },
      {
        Sid    = "EncryptEvents"
        Effect = "Allow"
        Action = [
          "kms:Decrypt",         # SQS checks a new data key by decrypting it
          "kms:GenerateDataKey", # SQS encrypts the message
        ]
        Resource = var.kms_key_arn
      },
    ]
  })
}
