locals {
  # What a tier shares is there where the tier has subnets.
  public = length(var.public_subnets) > 0 ? toset(["internet"]) : toset([])
  data   = length(var.data_subnets) > 0 ? toset(["local"]) : toset([])
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = {
    Name = var.name
  }
}

# AWS creates this group and it cannot be deleted. Without rules nothing that forgets its own group gets a connection.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.default_security_group_name
  }
}

# Public tier: load balancers that face the internet, NAT gateways, and tasks that ask for an address of their own.
resource "aws_internet_gateway" "this" {
  # {% if variant.internet_gateway %}
  for_each = toset(["internet"]) # a regional NAT gateway leaves through it, whether or not there are public subnets
  # {% else %}
  for_each = local.public
  # {% endif %}

  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.name
  }
}

resource "aws_subnet" "public" {
  for_each = var.public_subnets

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = each.value.cidr_block
  map_public_ip_on_launch = false

  tags = {
    Name = each.value.name
    Tier = "public"
  }
}

resource "aws_route_table" "public" {
  for_each = local.public

  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.public_route_table_name
  }
}

resource "aws_route" "public_internet" {
  for_each = local.public

  route_table_id         = aws_route_table.public[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[each.key].id
}

resource "aws_route_table_association" "public" {
  for_each = var.public_subnets

  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public["internet"].id
}

# App tier: tasks and internal load balancers. One route table a zone, so that each zone can leave through its own NAT.
resource "aws_subnet" "app" {
  for_each = var.app_subnets

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value.cidr_block

  tags = {
    Name = each.value.name
    Tier = "app"
  }
}

resource "aws_route_table" "app" {
  for_each = var.app_subnets

  vpc_id = aws_vpc.this.id

  tags = {
    Name = each.value.name
  }
}

resource "aws_route_table_association" "app" {
  for_each = var.app_subnets

  subnet_id      = aws_subnet.app[each.key].id
  route_table_id = aws_route_table.app[each.key].id
}

# Data tier: databases and their proxies. Its route table has the local route only: no way out and none in.
resource "aws_subnet" "data" {
  for_each = var.data_subnets

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value.cidr_block

  tags = {
    Name = each.value.name
    Tier = "data"
  }
}

resource "aws_route_table" "data" {
  for_each = local.data

  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.data_route_table_name
  }
}

resource "aws_route_table_association" "data" {
  for_each = var.data_subnets

  subnet_id      = aws_subnet.data[each.key].id
  route_table_id = aws_route_table.data["local"].id
}
