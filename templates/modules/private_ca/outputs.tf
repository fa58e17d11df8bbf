output "arn" {
  description = "ARN of the authority, ready to issue."
  value       = aws_acmpca_certificate_authority.this.arn

  depends_on = [
    aws_acmpca_certificate_authority_certificate.root,
    # {% if variant.issues %}
    aws_acmpca_permission.acm,
    # {% endif %}
  ]
}

output "root_certificate" {
  description = "Root certificate in PEM form; public by nature."
  value       = aws_acmpca_certificate.root.certificate
}
