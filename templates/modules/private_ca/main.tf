# {% if variant.issues %}
# The private root of the platform's inner certificates: the internal load balancer's (through ACM), the
# services' client certificates, and those of Service Connect. General purpose, because ACM issues nothing
# from an authority in short-lived mode (AWS Private CA User Guide, certificate authority modes).
# {% else %}
# The private root, which signs the authority below it and nothing else: neither ACM nor Service Connect, whose managed
# policy reaches authorities by a tag, can have it issue. General purpose: authorities in short-lived mode sign no other.
# {% endif %}

resource "aws_acmpca_certificate_authority" "this" {
  type                            = "ROOT"
  usage_mode                      = "GENERAL_PURPOSE"
  permanent_deletion_time_in_days = var.deletion_window_in_days

  certificate_authority_configuration {
    key_algorithm     = "EC_prime256v1"
    signing_algorithm = "SHA256WITHECDSA"

    subject {
      common_name  = var.common_name
      organization = var.organization
    }
  }
  # {% if variant.issues %}

  # {% include "parts/private_ca_revocation.tf" %}

  tags = {
    # The managed policy of Service Connect reaches only authorities with this tag.
    AmazonECSManaged = "true"
  }
  # {% endif %}
}

resource "aws_acmpca_certificate" "root" {
  certificate_authority_arn   = aws_acmpca_certificate_authority.this.arn
  certificate_signing_request = aws_acmpca_certificate_authority.this.certificate_signing_request
  signing_algorithm           = "SHA256WITHECDSA"
  template_arn                = "arn:aws:acm-pca:::template/RootCACertificate/V1"

  validity {
    type  = "YEARS"
    value = var.validity_in_years
  }
}

resource "aws_acmpca_certificate_authority_certificate" "root" {
  certificate_authority_arn = aws_acmpca_certificate_authority.this.arn
  certificate               = aws_acmpca_certificate.root.certificate
}
# {% if variant.issues %}

# {% include "parts/private_ca_permission.tf" %}
# {% endif %}
