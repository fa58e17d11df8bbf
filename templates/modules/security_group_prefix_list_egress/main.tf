# The other side is an AWS service behind a gateway endpoint: it has a prefix list, no group and no second half.
resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = var.security_group_id
  prefix_list_id    = var.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = var.port
  to_port           = var.port
  description       = var.description
}
