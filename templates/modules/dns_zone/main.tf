# A public hosted zone. The internet asks it once the registrar, or the zone above it, names its name servers; a zone
# that is made anew has others.

resource "aws_route53_zone" "this" {
  name          = var.domain_name
  comment       = var.comment
  force_destroy = var.force_destroy
}
