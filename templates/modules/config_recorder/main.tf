# Records the configuration of what stands in the region, in a bucket, and checks it against AWS's rules.

resource "aws_config_configuration_recorder" "this" {
  name     = var.name
  role_arn = aws_iam_role.this.arn

  recording_group {
    all_supported                 = true
    include_global_resource_types = var.global_resources # IAM's
  }

  recording_mode {
    recording_frequency = var.recording_frequency
  }
}

# AWS: PutDeliveryChannel, AWS Config API Reference: there is a recorder before it, and the bucket lets AWS Config write.
resource "aws_config_delivery_channel" "this" {
  name           = var.name
  s3_bucket_name = aws_s3_bucket.this.id
  s3_kms_key_arn = var.kms_key_arn

  depends_on = [aws_config_configuration_recorder.this, aws_iam_role_policy.this, aws_s3_bucket_policy.this]
}

# AWS: StartConfigurationRecorder, AWS Config API Reference: there is a delivery channel before it starts.
resource "aws_config_configuration_recorder_status" "this" {
  name       = aws_config_configuration_recorder.this.name
  is_enabled = true

  depends_on = [aws_config_delivery_channel.this, aws_iam_role_policy_attachment.this]
}

resource "aws_config_retention_configuration" "this" {
  retention_period_in_days = var.retention_in_days

  depends_on = [aws_config_configuration_recorder.this]
}

# AWS: PutConfigRule, AWS Config API Reference: there is a recorder before a rule.
resource "aws_config_config_rule" "this" {
  for_each = var.rules

  name = "${var.name}-${each.key}"

  source {
    owner             = "AWS"
    source_identifier = each.value
  }

  depends_on = [aws_config_configuration_recorder_status.this]
}

# AWS: "Permissions for the IAM Role Assigned to AWS Config", AWS Config Developer Guide.
resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "Lets AWS Config read how everything is configured, and keep it in ${var.bucket_name}"
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ConfigOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "config.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"
}

resource "aws_iam_role_policy" "this" {
  name = "deliver"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "LookAtBucket"
          Effect   = "Allow"
          Action   = "s3:GetBucketAcl"
          Resource = aws_s3_bucket.this.arn
        },
        {
          Sid       = "WriteRecord"
          Effect    = "Allow"
          Action    = "s3:PutObject"
          Resource  = "${aws_s3_bucket.this.arn}/AWSLogs/${var.account_id}/Config/*"
          Condition = { StringEquals = { "s3:x-amz-acl" = "bucket-owner-full-control" } }
        },
      ],
      [
        for key in var.kms_key_arn == null ? [] : [var.kms_key_arn] : {
          Sid      = "EncryptRecord"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = key
        }
      ],
    )
  })
}

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_145:AWS Config encrypts what it writes with the key of the delivery channel
  bucket        = var.bucket_name
  force_destroy = var.force_destroy
}

# {% include "parts/record_bucket.tf" %}

# AWS Config writes as itself what it cannot write with its role ("Permissions for the Amazon S3 Bucket for the AWS Config
# Delivery Channel", AWS Config Developer Guide).
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AllowConfigToLook"
        Effect    = "Allow"
        Principal = { Service = "config.amazonaws.com" }
        Action    = ["s3:GetBucketAcl", "s3:ListBucket"]
        Resource  = aws_s3_bucket.this.arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "AllowConfigToWrite"
        Effect    = "Allow"
        Principal = { Service = "config.amazonaws.com" }
        Action    = "s3:PutObject" # history and snapshots
        Resource  = "${aws_s3_bucket.this.arn}/AWSLogs/${var.account_id}/Config/*"
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = var.account_id
            "s3:x-amz-acl"      = "bucket-owner-full-control"
          }
        }
      },
      {
        Sid       = "RefusePlainText"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*" # encryption in transit
        Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}
