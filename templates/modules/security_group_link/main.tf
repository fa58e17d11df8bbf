# Both halves of one dependency on something shared (a load balancer, the VPC endpoints): they stand with the entry that
# declares it, so that a new entry changes no shared file.
resource "aws_vpc_security_group_egress_rule" "source" {
  security_group_id            = var.source_security_group_id
  referenced_security_group_id = var.target_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  description                  = var.description
}

resource "aws_vpc_security_group_ingress_rule" "target" {
  security_group_id            = var.target_security_group_id
  referenced_security_group_id = var.source_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  description                  = var.description
}
