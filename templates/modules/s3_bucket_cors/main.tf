# Lets pages of websites reach a bucket from a browser, with addresses that a service has signed.

resource "aws_s3_bucket_cors_configuration" "this" {
  bucket = var.bucket

  cors_rule {
    allowed_origins = var.origins
    allowed_methods = var.methods
    allowed_headers = var.headers
    expose_headers  = var.expose
    max_age_seconds = var.max_age
  }
}
