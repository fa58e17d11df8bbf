resource "aws_security_group" "this" {
  name        = var.name
  description = var.description
  vpc_id      = var.vpc_id

  tags = {
    Name = var.name
  }
}

# One rule a declared dependency; the other half stands with the group on its other side.
resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = var.ingress

  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = each.value.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.value.description
}

# {% if variant.open %}
# Ranges of addresses that may connect: the internet, networks that are listed, or an AWS service by its prefix list.
# security_group is its twin without.
resource "aws_vpc_security_group_ingress_rule" "open" {
  for_each = var.open_ingress

  security_group_id = aws_security_group.this.id
  cidr_ipv4         = each.value.cidr_block
  prefix_list_id    = each.value.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  description       = each.value.description
}

# {% endif %}
# A range of addresses and the prefix list of an AWS service have no group, and so no second half.
resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = var.egress

  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_block
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.value.description
}

# The other half of a dependency on something shared (a load balancer, the VPC endpoints): it stands here and not with the
# shared group, so that a new group changes no shared file.
resource "aws_vpc_security_group_ingress_rule" "peer" {
  for_each = var.peer_ingress

  security_group_id            = each.value.security_group_id
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.value.description
}

resource "aws_vpc_security_group_egress_rule" "peer" {
  for_each = var.peer_egress

  security_group_id            = each.value.security_group_id
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.value.description
}
