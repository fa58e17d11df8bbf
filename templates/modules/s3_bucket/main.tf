# A bucket that only roles of this account reach, and only with TLS.

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_21:its versioning is a module of its own, where the entry asks for it
  bucket        = var.name
  force_destroy = var.force_destroy
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}

# {% include "parts/private_bucket.tf" %}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = var.kms_key_arn != null # one request to KMS for many objects

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "incomplete-uploads"
    status = "Enabled"

    filter {
      prefix = ""
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = var.incomplete_uploads_days
    }
  }

  dynamic "rule" {
    for_each = var.lifecycle_rules

    content {
      id     = rule.key
      status = "Enabled"

      filter {
        prefix = rule.value.prefix
      }

      dynamic "transition" {
        for_each = rule.value.transitions

        content {
          days          = transition.value
          storage_class = transition.key
        }
      }

      dynamic "expiration" {
        for_each = rule.value.expire_days[*]

        content {
          days = expiration.value
        }
      }

      dynamic "noncurrent_version_expiration" {
        for_each = rule.value.expire_old_versions_days[*]

        content {
          noncurrent_days = noncurrent_version_expiration.value
        }
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "RefusePlainText"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*" # encryption in transit
          Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
      ],
      [
        for sid, statement in var.statements : merge(
          {
            Sid       = sid
            Effect    = statement.effect
            Principal = statement.principals
            Action    = statement.actions
            Resource  = length(statement.keys) == 0 ? [aws_s3_bucket.this.arn] : [for key in statement.keys : "${aws_s3_bucket.this.arn}/${key}"]
          },
          { for name, condition in { Condition = statement.conditions } : name => condition if length(condition) > 0 },
        )
      ],
    )
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}
