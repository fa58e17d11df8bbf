output "id" {
  description = "Id of the key group."
  value       = aws_cloudfront_key_group.this.id
}

output "key_pair_id" {
  description = "Id of the newest key: who signs URLs puts it into them."
  value       = aws_cloudfront_public_key.this[substr(sha256(var.public_keys[0]), 0, 8)].id
}
