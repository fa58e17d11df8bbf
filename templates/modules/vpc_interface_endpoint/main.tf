resource "aws_vpc_endpoint" "this" {
  vpc_id              = var.vpc_id
  vpc_endpoint_type   = "Interface"
  service_name        = var.service_name
  subnet_ids          = var.subnet_ids
  security_group_ids  = var.security_group_ids
  private_dns_enabled = true

  tags = {
    Name = var.name
  }
}
