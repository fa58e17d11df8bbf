output "bucket" {
  description = "Name of the bucket, once browsers may reach it."
  value       = aws_s3_bucket_cors_configuration.this.bucket
}
