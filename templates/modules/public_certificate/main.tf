# {% if variant.recorded %}
# A certificate of ACM that browsers trust. The records that prove it are there: an account's certificates of one name are
# proved by one record, in whatever region, and another environment made it for its own.
# {% else %}
# A certificate of ACM that browsers trust, proved by records in the zone. ACM renews it as long as they are there.
# {% endif %}

resource "aws_acm_certificate" "this" {
  domain_name               = var.names[0]
  subject_alternative_names = var.names
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true # a listener always has one
  }
}

# {% if variant.recorded %}
resource "aws_acm_certificate_validation" "this" {
  certificate_arn = aws_acm_certificate.this.arn
}

# {% else %}
resource "aws_route53_record" "validation" {
  for_each = toset(var.names)

  zone_id         = var.zone_id
  name            = one([for option in aws_acm_certificate.this.domain_validation_options : option.resource_record_name if option.domain_name == each.key])
  type            = one([for option in aws_acm_certificate.this.domain_validation_options : option.resource_record_type if option.domain_name == each.key])
  records         = [one([for option in aws_acm_certificate.this.domain_validation_options : option.resource_record_value if option.domain_name == each.key])]
  ttl             = 60
  allow_overwrite = true # an account's certificates of one name are proved by one record
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

# {% endif %}
