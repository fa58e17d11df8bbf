# {% if variant.logs %}
# Sends a log group to a bucket: CloudWatch Logs hands events to Amazon Data Firehose, which unpacks them and writes one line
# for each, in compressed files, by day.
# {% else %}
# Sends what code puts into a stream to a bucket: Amazon Data Firehose writes records one after another, in compressed files,
# by day. A record ends with a line feed, or its reader could not tell it from the next.
# {% endif %}

locals {
  # {% if variant.logs %}
  stream_arn = "arn:aws:firehose:${var.region}:${var.account_id}:deliverystream/${var.stream_name}"
  # {% endif %}
  objects = [
    "${var.bucket_arn}/${var.prefix}day=*",
    "${var.bucket_arn}/errors/${var.prefix}*",
  ]

  encrypt = var.bucket_kms_key_arn == null ? [] : [{
    Sid    = "EncryptObjects"
    Effect = "Allow"
    Action = [
      "kms:Decrypt", # parts of larger objects are put together
      "kms:GenerateDataKey",
    ]
    Resource = var.bucket_kms_key_arn
    Condition = merge(
      {
        StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" }
        StringLike   = { "kms:EncryptionContext:aws:s3:arn" = [var.bucket_arn, "${var.bucket_arn}/*"] }
      },
      var.bucket_kms_alias == null ? {} : {
        "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = var.bucket_kms_alias }
      },
    )
  }]
}

# What could not be delivered, and why.
resource "aws_cloudwatch_log_group" "errors" {
  name              = "/aws/kinesisfirehose/${var.stream_name}"
  retention_in_days = var.retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_cloudwatch_log_stream" "errors" {
  name           = "delivery"
  log_group_name = aws_cloudwatch_log_group.errors.name
}

resource "aws_iam_role" "delivery" {
  name = var.delivery_role_name
  # {% if variant.logs %}
  description = "Writes the logs of ${var.log_group_name} to a bucket."
  # {% else %}
  description = "Writes the records of ${var.stream_name} to a bucket."
  # {% endif %}
  # {% include "parts/role_boundary.tf" %}

  # AWS: "Controlling access with Amazon Data Firehose", Amazon Data Firehose Developer Guide.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # Firehose takes it for streams of this account only
      Principal = { Service = "firehose.amazonaws.com" }
      Condition = { StringEquals = { "sts:ExternalId" = var.account_id } }
    }]
  })
}

# AWS: "Grant Firehose access to an Amazon S3 destination", Amazon Data Firehose Developer Guide.
resource "aws_iam_role_policy" "delivery" {
  name = "deliver-logs"
  role = aws_iam_role.delivery.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "FindBucket"
          Effect = "Allow"
          Action = [
            "s3:GetBucketLocation",
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
          ]
          Resource = var.bucket_arn
        },
        {
          Sid    = "WriteObjects"
          Effect = "Allow"
          Action = [
            "s3:AbortMultipartUpload",
            "s3:GetObject", # Firehose looks whether an object was written
            "s3:PutObject",
          ]
          Resource = local.objects
        },
        {
          Sid      = "LogErrors"
          Effect   = "Allow"
          Action   = "logs:PutLogEvents" # what could not be delivered
          Resource = "${aws_cloudwatch_log_group.errors.arn}:log-stream:${aws_cloudwatch_log_stream.errors.name}"
        },
      ],
      local.encrypt,
    )
  })
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  # checkov:skip=CKV_AWS_241:the key is that of the log group, where it has one, which checkov cannot work out
  name        = var.stream_name
  destination = "extended_s3"

  server_side_encryption {
    enabled  = true
    key_type = var.logs_kms_key_arn == null ? "AWS_OWNED_CMK" : "CUSTOMER_MANAGED_CMK"
    key_arn  = var.logs_kms_key_arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.delivery.arn
    bucket_arn          = var.bucket_arn
    prefix              = "${var.prefix}day=!{timestamp:yyyy-MM-dd}/"
    error_output_prefix = "errors/${var.prefix}!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/"
    custom_time_zone    = var.timezone
    compression_format  = "GZIP"
    buffering_size      = 64
    buffering_interval  = 300

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.errors.name
      log_stream_name = aws_cloudwatch_log_stream.errors.name
    }
    # {% if variant.logs %}

    # CloudWatch Logs sends many events in one compressed record. One line for each event is what other tools read.
    processing_configuration {
      enabled = true

      processors {
        type = "Decompression"

        parameters {
          parameter_name  = "CompressionFormat"
          parameter_value = "GZIP"
        }
      }

      processors {
        type = "CloudWatchLogProcessing"

        parameters {
          parameter_name  = "DataMessageExtraction"
          parameter_value = "true"
        }
      }
    }
    # {% endif %}
  }

  depends_on = [aws_iam_role_policy.delivery] # what comes before could not be written
}
# {% if variant.logs %}

resource "aws_iam_role" "sender" {
  name        = var.sender_role_name
  description = "Hands the logs of ${var.log_group_name} to Firehose."
  # {% include "parts/role_boundary.tf" %}

  # AWS: "Example 3: Subscription filters with Amazon Data Firehose", Amazon CloudWatch Logs User Guide.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # CloudWatch Logs takes it for log groups of this account and region only
      Principal = { Service = "logs.amazonaws.com" }
      Condition = { StringLike = { "aws:SourceArn" = "arn:aws:logs:${var.region}:${var.account_id}:*" } }
    }]
  })
}

resource "aws_iam_role_policy" "sender" {
  name = "send-logs"
  role = aws_iam_role.sender.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "SendLogs"
      Effect = "Allow"
      Action = [
        "firehose:PutRecord",
        "firehose:PutRecordBatch",
      ]
      Resource = local.stream_arn
    }]
  })
}

resource "aws_cloudwatch_log_subscription_filter" "this" {
  name            = var.stream_name
  log_group_name  = var.log_group_name
  filter_pattern  = var.pattern
  destination_arn = aws_kinesis_firehose_delivery_stream.this.arn
  role_arn        = aws_iam_role.sender.arn
  distribution    = "ByLogStream"

  depends_on = [aws_iam_role_policy.sender] # CloudWatch Logs sends a test record first
}
# {% endif %}
