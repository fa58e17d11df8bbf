output "name" {
  description = "Name of the bucket, once load balancers may write to it."
  value       = aws_s3_bucket.this.id

  # Creating a load balancer with logs fails before the policy is there: it writes a test object.
  depends_on = [aws_s3_bucket_policy.this]
}
