output "arn" {
  description = "ARN of the authority, ready to issue."
  value       = aws_acmpca_certificate_authority.this.arn

  depends_on = [
    aws_acmpca_certificate_authority_certificate.this,
    aws_acmpca_permission.acm,
  ]
}
