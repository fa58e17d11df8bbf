output "id" {
  description = "Id of the association."
  value       = aws_wafv2_web_acl_association.this.id
}
