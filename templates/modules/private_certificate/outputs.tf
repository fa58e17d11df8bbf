output "arn" {
  description = "ARN of the certificate."

  # Never null, so that a plan which makes it knows already that there is one.
  value = coalesce(aws_acm_certificate.this.arn)
}
