resource "aws_eip" "this" {
  for_each = var.zones

  domain = "vpc"

  tags = {
    Name = "${var.name}-${each.key}"
  }
}

# With an address named for each zone, AWS neither adds zones nor addresses of its own: what partners allow stays true
# (AWS: "Regional NAT gateways for automatic multi-AZ expansion", Amazon VPC User Guide).
resource "aws_nat_gateway" "this" {
  availability_mode = "regional"
  connectivity_type = "public"
  vpc_id            = var.vpc_id

  dynamic "availability_zone_address" {
    for_each = aws_eip.this

    content {
      availability_zone = availability_zone_address.key
      allocation_ids    = [availability_zone_address.value.id]
    }
  }

  tags = {
    Name = var.name
  }
}
