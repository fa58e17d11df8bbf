# A certificate of the private CA that ACM keeps and renews.

resource "aws_acm_certificate" "this" {
  domain_name               = var.domain_name
  certificate_authority_arn = var.private_ca_arn
  key_algorithm             = "EC_prime256v1"

  lifecycle {
    create_before_destroy = true # who shows it always has one
  }
}
