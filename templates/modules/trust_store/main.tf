# What the internal load balancer believes: clients with a certificate of the private CA, or of
# another one that the catalogue names. The bundle lies in a
# bucket of its own, because it decides who gets in and nothing else should be able to write near it.

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_145:what it holds is public, the certificate of an authority
  # checkov:skip=CKV2_AWS_61:one file, which is never old
  bucket        = var.bucket_name
  force_destroy = true # holds only a copy of the root certificate
}

# {% include "parts/versioned_bucket.tf" %}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlainText"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*" # encryption in transit
      Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_object" "bundle" {
  bucket       = aws_s3_bucket.this.id
  key          = "client-authorities.pem"
  content      = join("\n", concat([var.certificate_bundle], var.other_certificates))
  content_type = "application/x-pem-file"

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_lb_trust_store" "this" {
  name                                     = var.name
  ca_certificates_bundle_s3_bucket         = aws_s3_bucket.this.id
  ca_certificates_bundle_s3_key            = aws_s3_object.bundle.key
  ca_certificates_bundle_s3_object_version = aws_s3_object.bundle.version_id
}
