# The bucket of an environment's states. Losing it means losing what Terraform knows, so Terraform itself refuses to
# destroy it, the key that its objects are encrypted with, or a version younger than var.noncurrent_days.

resource "aws_kms_key" "this" {
  description             = "Terraform states in ${var.name}"
  deletion_window_in_days = 30
  enable_key_rotation     = true
  rotation_period_in_days = 365

  # A key of its own, so that reading objects of this account (the AWS managed policy ReadOnlyAccess allows it) is not
  # enough to read a state.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # The account's IAM policies decide who uses the key; without this statement nobody could.
        Sid       = "EnableIamPolicies"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action    = "kms:*"
        # AWS: "Key policies in AWS KMS", KMS Developer Guide: in a key policy "*" means the key it is attached to.
        Resource = "*"
      },
    ]
  })

  tags = {
    Name = var.key_alias
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.key_alias}"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_s3_bucket" "this" {
  bucket = var.name

  lifecycle {
    prevent_destroy = true
  }
}

# {% include "parts/private_bucket.tf" %}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  # Every apply writes a version of its state, every run a lock and the mark of its removal.
  rule {
    id     = "former-versions"
    status = "Enabled"

    filter {}

    expiration {
      expired_object_delete_marker = true
    }

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  # Nothing but a refusal: who may, the account's IAM policies say, so that this policy can lock nobody out who comes
  # over TLS.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
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
