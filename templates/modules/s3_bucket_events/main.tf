# S3 tells EventBridge what happens to a bucket's objects. Which of it starts something, the rules of who is started say; so
# those stand with it, and a bucket knows none of them.

resource "aws_s3_bucket_notification" "this" {
  bucket      = var.bucket
  eventbridge = true
}
