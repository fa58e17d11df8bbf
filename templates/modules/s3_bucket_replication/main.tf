# S3 copies each new object of a bucket to a bucket in another region. Those that were there before stay where they are
# until S3 Batch Replication copies them.

locals {
  objects         = "${var.bucket_arn}/*"
  replica_objects = "${var.replica.bucket_arn}/*"

  # A KMS key is used by S3 alone, for one bucket and region. With a bucket key the context is the bucket's ARN; it is the
  # object's for those that were written without one (Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3
  # Bucket Keys").
  decrypt = var.kms_key_arn == null ? [] : [{
    Sid      = "ReadEncrypted"
    Effect   = "Allow"
    Action   = "kms:Decrypt"
    Resource = var.kms_key_arn
    Condition = {
      StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" }
      StringLike   = { "kms:EncryptionContext:aws:s3:arn" = [var.bucket_arn, local.objects] }
    }
  }]

  encrypt = var.replica.kms_key_arn == null ? [] : [{
    Sid    = "WriteEncrypted"
    Effect = "Allow"
    Action = [
      "kms:Encrypt",
      "kms:GenerateDataKey", # the replica has a bucket key
    ]
    Resource = coalesce(var.replica.kms_key_policy, var.replica.kms_key_arn)
    Condition = {
      StringEquals = { "kms:ViaService" = "s3.${var.replica.region}.amazonaws.com" }
      StringLike   = { "kms:EncryptionContext:aws:s3:arn" = [var.replica.bucket_arn, local.replica_objects] }
    }
  }]
}

resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "Copies objects of ${var.bucket} to ${var.replica.region}."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # AWS documents no condition that replication meets
      Principal = { Service = "s3.amazonaws.com" }
    }]
  })
}

# AWS: "Setting up permissions for live replication" and "Replicating encrypted objects", Amazon S3 User Guide.
resource "aws_iam_role_policy" "this" {
  name = "copy-objects"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "FindObjects"
          Effect = "Allow"
          Action = [
            "s3:GetReplicationConfiguration", # what is to be copied
            "s3:ListBucket",                  # what there is
          ]
          Resource = var.bucket_arn
        },
        {
          Sid    = "ReadObjects"
          Effect = "Allow"
          Action = [
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionTagging",
          ]
          Resource = local.objects
        },
        {
          Sid    = "WriteCopies"
          Effect = "Allow"
          Action = [
            "s3:ReplicateDelete",
            "s3:ReplicateObject",
            "s3:ReplicateTags",
          ]
          Resource = local.replica_objects
        },
      ],
      local.decrypt,
      local.encrypt,
    )
  })
}

resource "aws_s3_bucket_replication_configuration" "this" {
  bucket = var.bucket
  role   = aws_iam_role.this.arn

  rule {
    id       = "all-objects"
    priority = 0
    status   = "Enabled"

    filter {
      prefix = ""
    }

    delete_marker_replication {
      status = var.deletions ? "Enabled" : "Disabled"
    }

    dynamic "source_selection_criteria" {
      for_each = var.kms_key_arn == null ? [] : ["encrypted"]

      content {
        # Without it, S3 leaves out what is encrypted with KMS.
        sse_kms_encrypted_objects {
          status = "Enabled"
        }
      }
    }

    destination {
      bucket = var.replica.bucket_arn

      dynamic "encryption_configuration" {
        for_each = var.replica.kms_key_arn == null ? [] : [var.replica.kms_key_arn]

        content {
          replica_kms_key_id = encryption_configuration.value
        }
      }

      dynamic "replication_time" {
        for_each = var.time_control ? [15] : []

        content {
          status = "Enabled"

          time {
            minutes = replication_time.value
          }
        }
      }

      # What an alarm looks at; with time control, S3 measures in any case.
      metrics {
        status = "Enabled"

        dynamic "event_threshold" {
          for_each = var.time_control ? [15] : []

          content {
            minutes = event_threshold.value
          }
        }
      }
    }
  }

  depends_on = [aws_iam_role_policy.this] # from the first object on
}
