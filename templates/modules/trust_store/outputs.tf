output "arn" {
  description = "ARN of the trust store."

  # Never null, so that a plan which makes it knows already that there is one.
  value = coalesce(aws_lb_trust_store.this.arn)
}
