# {# ACM, as the issuer that services ask. #}
resource "aws_acmpca_permission" "acm" {
  certificate_authority_arn = aws_acmpca_certificate_authority.this.arn
  principal                 = "acm.amazonaws.com"

  # All three or none (AWS Private CA API reference, CreatePermission).
  actions = [
    "GetCertificate",   # ACM fetches what it had signed
    "IssueCertificate", # ACM renews the load balancer's certificate
    "ListPermissions",  # ACM looks whether it may
  ]
}
