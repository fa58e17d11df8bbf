resource "aws_security_group" "lb" {
  name   = "lb"
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_security_group" "app" {
  name        = "planning"
  description = "planning"
  vpc_id      = "vpc-0a1b2c3d"

  ingress {
    description     = "from the load balancer"
    from_port       = 8080
    to_port         = 8080
    protocol        = "tcp"
    security_groups = [aws_security_group.lb.id]
  }
  ingress {
    from_port        = -1
    to_port          = -1
    protocol         = "icmpv6"
    ipv6_cidr_blocks = ["::/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_default_security_group" "default" {
  vpc_id = "vpc-0a1b2c3d"
  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "known" {
  security_group_id = aws_security_group.app.id
  description       = "metrics"
  ip_protocol       = "tcp"
  from_port         = 9100
  to_port           = 9100
  cidr_ipv4         = "10.0.0.0/8"
}

resource "aws_vpc_security_group_egress_rule" "unknown" {
  security_group_id            = aws_security_group.app.id
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.lb.id
}

resource "aws_security_group_rule" "blocks" {
  security_group_id = aws_security_group.app.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 1024
  to_port           = 65535
  cidr_blocks       = ["10.10.0.0/16"]
  description       = "high ports"
}

resource "aws_security_group_rule" "itself" {
  security_group_id = aws_security_group.app.id
  type              = "egress"
  protocol          = "all"
  from_port         = 0
  to_port           = 0
  self              = true
}

resource "aws_security_group_rule" "group" {
  security_group_id        = aws_security_group.app.id
  type                     = "ingress"
  protocol                 = "udp"
  from_port                = 53
  to_port                  = 53
  source_security_group_id = aws_security_group.lb.id
}
