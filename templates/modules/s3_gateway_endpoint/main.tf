# The way to S3 without NAT. Whatever has a way out could otherwise carry data to a bucket of anybody's: it leads to this
# account's buckets, and to those of AWS and of others that what runs here reads.

resource "aws_vpc_endpoint" "this" {
  vpc_id            = var.vpc_id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${var.region}.s3"
  route_table_ids   = var.route_table_ids

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "OwnBuckets"
          Effect    = "Allow"
          Principal = "*"
          Action    = "s3:*"
          # Each bucket of the account: Service Authorization Reference, Amazon S3.
          Resource  = "*"
          Condition = { StringEquals = { "aws:ResourceAccount" = var.account_id } }
        },
        {
          # Layers of images (Amazon ECR User Guide, "Amazon ECR interface VPC endpoints"), packages of Amazon Linux 2023 (its User
          # Guide, "Updating AL2023 packages"), and what the SSM Agent patches by (AWS Systems Manager User Guide, "SSM Agent
          # communications with AWS managed S3 buckets").
          Sid       = "ReadOfAws"
          Effect    = "Allow"
          Principal = "*"
          Action    = "s3:GetObject"
          Resource = [
            "arn:aws:s3:::al2023-repos-${var.region}-de612dc2/*",
            "arn:aws:s3:::aws-ssm-${var.region}/*",
            "arn:aws:s3:::patch-baseline-snapshot-${var.region}/*",
            "arn:aws:s3:::prod-${var.region}-starport-layer-bucket/*",
          ]
        },
      ],
      length(var.bucket_names) == 0 ? [] : [{
        Sid       = "OfOthers"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:*"
        Resource  = flatten([for name in var.bucket_names : ["arn:aws:s3:::${name}", "arn:aws:s3:::${name}/*"]])
      }],
    )
  })

  tags = {
    Name = var.name
  }
}
