# Where a private CA leaves the list of what it revoked, and where load balancers are given it from. Nobody reads it over
# the internet: Block Public Access is on, and they keep the copy that they were given.

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_145:what it holds is public, serial numbers that an authority signed
  # checkov:skip=CKV2_AWS_61:one list, which is written over
  bucket        = var.name
  force_destroy = true # the authority makes the list anew
}

# {% include "parts/versioned_bucket.tf" %}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # AWS Private CA User Guide: Access policies for CRLs in Amazon S3. Any authority of the account: one tries to
        # write before it is there and has an ARN.
        Sid       = "AllowPrivateCa"
        Effect    = "Allow"
        Principal = { Service = "acm-pca.amazonaws.com" }
        Action    = ["s3:GetBucketAcl", "s3:GetBucketLocation"]
        Resource  = aws_s3_bucket.this.arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "AllowLists"
        Effect    = "Allow"
        Principal = { Service = "acm-pca.amazonaws.com" }
        Action    = ["s3:PutObject", "s3:PutObjectAcl"]
        Resource  = "${aws_s3_bucket.this.arn}/*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
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
