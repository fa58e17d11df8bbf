# The authority that issues in the root's place: whoever is to be distrusted one day is this one, and the root, which
# everybody trusts, signs nothing but its certificate (AWS Private CA User Guide: Planning the structure of a CA
# hierarchy). It can have no authority below it (path length 0).

resource "aws_acmpca_certificate_authority" "this" {
  type                            = "SUBORDINATE"
  usage_mode                      = "GENERAL_PURPOSE" # ACM issues nothing from an authority in short-lived mode
  permanent_deletion_time_in_days = var.deletion_window_in_days

  certificate_authority_configuration {
    key_algorithm     = "EC_prime256v1"
    signing_algorithm = "SHA256WITHECDSA"

    subject {
      common_name  = var.common_name
      organization = var.organization
    }
  }

  # {% include "parts/private_ca_revocation.tf" %}

  tags = {
    # The managed policy of Service Connect reaches only authorities with this tag.
    AmazonECSManaged = "true"
  }
}

resource "aws_acmpca_certificate" "this" {
  certificate_authority_arn   = var.root_arn
  certificate_signing_request = aws_acmpca_certificate_authority.this.certificate_signing_request
  signing_algorithm           = "SHA256WITHECDSA"
  template_arn                = "arn:aws:acm-pca:::template/SubordinateCACertificate_PathLen0/V1"

  validity {
    type  = "YEARS"
    value = var.validity_in_years
  }

  lifecycle {
    create_before_destroy = true # it issues until the next one is there
  }
}

resource "aws_acmpca_certificate_authority_certificate" "this" {
  certificate_authority_arn = aws_acmpca_certificate_authority.this.arn
  certificate               = aws_acmpca_certificate.this.certificate
  certificate_chain         = aws_acmpca_certificate.this.certificate_chain
}

# {% include "parts/private_ca_permission.tf" %}
