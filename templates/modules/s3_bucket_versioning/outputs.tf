output "bucket" {
  description = "Name of the bucket, once it keeps versions."
  value       = aws_s3_bucket_versioning.this.bucket
}
