output "name" {
  description = "Name of the bucket, once an authority may write to it."
  value       = aws_s3_bucket.this.bucket # known before it is made, as whether there is a list

  # Making an authority with a list fails before the policy is there: it writes a test object.
  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_policy.this,
  ]
}
