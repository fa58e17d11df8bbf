# Passes alarms on to Slack and PagerDuty: a function that topics of alarms start. Its code is `alerts.py` beside this file;
# `alerts.zip` holds the same.

locals {
  levels = {
    for level, delivery in var.deliveries : delivery.topic_arn => {
      for name, value in {
        level     = level
        pagerduty = delivery.pagerduty_secret_arn
        slack     = delivery.slack_secret_arn
      } : name => value if value != null
    }
  }
  secrets = distinct(compact(flatten([
    for delivery in values(var.deliveries) : [delivery.pagerduty_secret_arn, delivery.slack_secret_arn]
  ])))
}

# {% include "parts/function_role.tf" %}

resource "aws_iam_role_policy" "this" {
  name = "deliver-alerts"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "WriteLogs"
          Effect = "Allow"
          Action = [
            "logs:CreateLogStream", # one stream for each environment that runs it
            "logs:PutLogEvents",    # its output
          ]
          Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
        },
        {
          Sid    = "ReadSecrets"
          Effect = "Allow"
          Action = ["secretsmanager:GetSecretValue"] # the webhook's URL and the routing key
          # {% if environment.standby_of %}
          # Of a replica, no file knows the six characters that Secrets Manager puts behind its name.
          Resource = flatten([
            for arn in local.secrets : can(regex("-[A-Za-z0-9]{6}$", arn)) ? [arn] : [arn, "${arn}-??????"]
          ])
          # {% else %}
          Resource = local.secrets
          # {% endif %}
        },
        {
          Sid      = "KeepWhatFailed"
          Effect   = "Allow"
          Action   = ["sqs:SendMessage"] # Lambda sends what was tried three times
          Resource = [aws_sqs_queue.dead_letters.arn]
        },
      ],
      [
        for key in var.secrets_kms_key_arn[*] : {
          Sid      = "UseKeyOfSecrets"
          Effect   = "Allow"
          Action   = ["kms:Decrypt"] # the secrets
          Resource = [key]
        }
      ],
      [
        for key in var.messages_kms_key_arn[*] : {
          Sid    = "UseKeyOfQueue"
          Effect = "Allow"
          Action = [
            "kms:Decrypt",         # SQS asks for it of who sends
            "kms:GenerateDataKey", # what failed is encrypted
          ]
          Resource = [key]
        }
      ],
    )
  })
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_50:it calls nothing that a trace would show
  # checkov:skip=CKV_AWS_115:alarms are few; an account's limit for all functions stays whole
  # checkov:skip=CKV_AWS_116:what it could not deliver goes to a queue, as the destination of failures
  # checkov:skip=CKV_AWS_117:Slack and PagerDuty are on the internet, and nothing that it reads is in the VPC
  # checkov:skip=CKV_AWS_173:no variable holds a secret: it reads those by their ARN; Lambda encrypts variables with its own key
  # checkov:skip=CKV_AWS_272:its code lies beside this file, and is reviewed with it
  function_name = var.name
  description   = "Passes alarms on to Slack and PagerDuty."
  role          = aws_iam_role.this.arn

  filename         = "../modules/alerts_function/alerts.zip" # from a stack's folder; `path.module` is another in a plan of all
  source_code_hash = filebase64sha256("${path.module}/alerts.zip")
  runtime          = "python3.13"
  handler          = "alerts.handler"
  architectures    = ["arm64"]
  memory_size      = 128
  timeout          = 30 # two answers of five seconds, two secrets, and a cold start

  environment {
    variables = {
      DELIVERIES = jsonencode(local.levels)
      SYSTEM     = var.system
    }
  }

  depends_on = [
    aws_cloudwatch_log_group.this, # Lambda would make it, to be kept for good
    aws_iam_role_policy.this,      # what starts before may do nothing
  ]
}

resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_event_age_in_seconds = 3600 # an alarm of yesterday wakes nobody
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn # with the error; a dead-letter queue of the function has the event alone
    }
  }
}

resource "aws_lambda_permission" "this" {
  for_each = var.deliveries

  statement_id  = "alarms-${each.key}"
  function_name = aws_lambda_function.this.function_name
  action        = "lambda:InvokeFunction" # an alarm went off, or is over
  principal     = "sns.amazonaws.com"
  source_arn    = each.value.topic_arn
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.deliveries

  topic_arn = each.value.topic_arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.this.arn

  depends_on = [aws_lambda_permission.this] # from the first alarm on
}

# What could not be delivered, though it was tried three times.
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  kms_master_key_id         = var.messages_kms_key_arn
  sqs_managed_sse_enabled   = var.messages_kms_key_arn == null ? true : null # without a key SQS encrypts with its own
  message_retention_seconds = 1209600                                        # 14 days, the longest
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlainText"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*" # encryption in transit
      Resource  = aws_sqs_queue.dead_letters.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.name}-dead-letters"
  alarm_description   = "${var.name}: alarms could not be delivered to Slack or PagerDuty."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 1
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.failures_topic_arn]
  ok_actions          = [var.failures_topic_arn]
  dimensions          = { QueueName = aws_sqs_queue.dead_letters.name }
}
