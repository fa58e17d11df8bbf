locals {
  has_public_tier = length(var.public_subnets) > 0
  has_data_tier   = length(var.data_subnets) > 0
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

# The way to the internet is the public tier's: without it there is none.
resource "aws_internet_gateway" "this" {
  count = local.has_public_tier ? 1 : 0

  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.name
  }
}

# Public tier: NAT gateways and load balancers that face the internet, and tasks where the VPC has neither NAT nor
# endpoints. Nothing gets a public address by standing here: tasks ask for theirs.
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
  count = local.has_public_tier ? 1 : 0

  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.public_route_table_name
  }
}

resource "aws_route" "public_internet" {
  count = local.has_public_tier ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  for_each = var.public_subnets

  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public[0].id
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
  count = local.has_data_tier ? 1 : 0

  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.data_route_table_name
  }
}

resource "aws_route_table_association" "data" {
  for_each = var.data_subnets

  subnet_id      = aws_subnet.data[each.key].id
  route_table_id = aws_route_table.data[0].id
}
