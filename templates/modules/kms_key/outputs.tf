output "arn" {
  description = "ARN of the key."

  # Never null, which terraform says of no attribute that it does not know yet: what depends on whether there is a key at
  # all (a kind of encryption, a statement) is then known in the plan that makes it.
  value = coalesce(aws_kms_key.this.arn)
}

output "alias" {
  description = "Alias of the key."
  value       = aws_kms_alias.this.name
}
