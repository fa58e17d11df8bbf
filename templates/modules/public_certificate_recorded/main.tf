# A certificate of ACM that browsers trust. The records that prove it are there: an account's certificates of one name are
# proved by one record, in whatever region, and another environment made it for its own.

resource "aws_acm_certificate" "this" {
  domain_name               = var.names[0]
  subject_alternative_names = var.names
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true # a listener always has one
  }
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn = aws_acm_certificate.this.arn
}
