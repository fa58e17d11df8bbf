# Keeps what is replaced or deleted in a bucket; without this module again, AWS keeps the versions there are.

resource "aws_s3_bucket_versioning" "this" {
  bucket = var.bucket

  versioning_configuration {
    status = "Enabled"
  }
}
