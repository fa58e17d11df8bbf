# How the REST APIs reach the internal load balancer: a VPC link needs a Network Load Balancer. (VPC links that
# lead to an application load balancer directly came for REST APIs after provider 5.100.)
# TLS, where there is any, passes through: the application load balancer ends it. For that reason there are no access
# logs here either: a Network Load Balancer logs only the TLS that it ends itself.

resource "aws_lb" "this" {
  # checkov:skip=CKV_AWS_91:a Network Load Balancer logs only the TLS that it ends itself
  name                             = var.name
  internal                         = true
  load_balancer_type               = "network"
  subnets                          = var.subnet_ids
  security_groups                  = [var.security_group_id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = var.deletion_protection

  # The VPC link comes in over PrivateLink with addresses of API Gateway's own, which no rule can name. Nothing
  # but this account's VPC link is attached, so every other way in stays closed by the group without rules.
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
}

resource "aws_lb_target_group" "this" {
  name        = var.target_group_name
  vpc_id      = var.vpc_id
  target_type = "alb"
  protocol    = "TCP"
  port        = var.load_balancer_port

  health_check {
    protocol = var.health_check_protocol
    path     = var.health_check_path
    matcher  = "200"
  }
}

resource "aws_lb_target_group_attachment" "this" {
  target_group_arn = aws_lb_target_group.this.arn
  target_id        = var.load_balancer_arn
  port             = var.load_balancer_port
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "TCP"
  port              = var.load_balancer_port

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

resource "aws_api_gateway_vpc_link" "this" {
  name        = var.name
  description = "From the REST APIs to the internal load balancer."
  target_arns = [aws_lb.this.arn]
}
