# A trail of the management events of all regions, and the bucket that it writes to.

locals {
  # The bucket lets this trail alone write, and is there before it.
  trail_arn = "arn:aws:cloudtrail:${var.region}:${var.account_id}:trail/${var.name}"
}

resource "aws_cloudtrail" "this" {
  # checkov:skip=CKV2_AWS_10:the bucket is where events are kept; a log group would be a second copy, billed by the GB
  # checkov:skip=CKV_AWS_252:nobody waits for each file of the trail
  name                          = var.name
  s3_bucket_name                = aws_s3_bucket.this.id
  enable_log_file_validation    = true
  include_global_service_events = true
  is_multi_region_trail         = true
  kms_key_id                    = var.kms_key_arn

  depends_on = [aws_s3_bucket_policy.this] # CloudTrail tries to write before it makes the trail
}

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_145:CloudTrail encrypts what it writes with the key of the trail
  bucket        = var.bucket_name
  force_destroy = var.force_destroy
}

# {% include "parts/record_bucket.tf" %}

# AWS: "Amazon S3 bucket policy for CloudTrail", AWS CloudTrail User Guide.
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AllowTrailToLook"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = aws_s3_bucket.this.arn
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "AllowTrailToWrite"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject" # events and the digests that prove them
        Resource  = "${aws_s3_bucket.this.arn}/AWSLogs/${var.account_id}/*"
        Condition = {
          StringEquals = {
            "aws:SourceArn" = local.trail_arn
            "s3:x-amz-acl"  = "bucket-owner-full-control"
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
