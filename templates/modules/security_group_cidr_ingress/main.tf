# The other side is a range of addresses: it has no group and no second half.
resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = var.security_group_id
  cidr_ipv4         = var.cidr_block
  ip_protocol       = "tcp"
  from_port         = var.port
  to_port           = var.port
  description       = var.description
}
