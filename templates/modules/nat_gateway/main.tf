resource "aws_eip" "this" {
  domain = "vpc"

  tags = {
    Name = var.name
  }
}

resource "aws_nat_gateway" "this" {
  allocation_id     = aws_eip.this.id
  connectivity_type = "public"
  subnet_id         = var.subnet_id

  tags = {
    Name = var.name
  }
}

resource "aws_route" "internet" {
  for_each = var.route_table_ids

  route_table_id         = each.value
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this.id
}
