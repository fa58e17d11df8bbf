# A private hosted zone: resolvers of one VPC ask it, and nobody else does.

resource "aws_route53_zone" "this" {
  name          = var.domain_name
  comment       = var.comment
  force_destroy = var.force_destroy

  vpc {
    vpc_id = var.vpc_id
  }
}
