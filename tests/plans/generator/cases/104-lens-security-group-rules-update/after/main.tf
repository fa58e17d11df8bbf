resource "aws_security_group" "app" {
  name        = "planning"
  description = "planning"
  vpc_id      = "vpc-0a1b2c3d"

  ingress {
    description     = "from the load balancer"
    from_port       = 8080
    to_port         = 8081
    protocol        = "tcp"
    security_groups = ["sg-0aaaaaaaaaaaaaaaa"]
  }
  ingress {
    description      = "offices"
    from_port        = 443
    to_port          = 443
    protocol         = "tcp"
    cidr_blocks      = ["10.10.0.0/16", "10.20.0.0/16", "0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  ingress {
    from_port   = 8
    to_port     = 0
    protocol    = "icmp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    description = "between tasks"
    from_port   = 7946
    to_port     = 7946
    protocol    = "udp"
    self        = true
  }
  egress {
    from_port       = 443
    to_port         = 443
    protocol        = "tcp"
    prefix_list_ids = ["pl-0a1b2c3d"]
    cidr_blocks     = ["10.0.0.0/8"]
  }
}

resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = "sg-0bbbbbbbbbbbbbbbb"
  description                  = "planning and reports"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5433
  referenced_security_group_id = "sg-0aaaaaaaaaaaaaaaa"
}

resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id = "sg-0bbbbbbbbbbbbbbbb"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_security_group_rule" "cache" {
  security_group_id = "sg-0bbbbbbbbbbbbbbbb"
  type              = "ingress"
  description       = "cache"
  protocol          = "tcp"
  from_port         = 6379
  to_port           = 6380
  cidr_blocks       = ["10.10.0.0/16", "0.0.0.0/0"]
}
