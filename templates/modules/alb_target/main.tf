# A service behind the internal load balancer: its target group, and the rule that sends its path there, on
# every listener that is to reach it.

resource "aws_lb_target_group" "this" {
  name                 = var.name
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = var.port
  deregistration_delay = var.deregistration_delay

  # New tasks of a rollout are slow at first: the least busy one gets the next request.
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    protocol            = "HTTP"
    path                = var.health_check.path
    matcher             = "200-299"
    interval            = var.health_check.interval
    timeout             = var.health_check.timeout
    healthy_threshold   = var.health_check.healthy
    unhealthy_threshold = var.health_check.unhealthy
  }
}

resource "aws_lb_listener_rule" "this" {
  for_each = var.listener_arns

  listener_arn = each.value
  priority     = var.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }

  condition {
    path_pattern {
      values = ["/${var.path}", "/${var.path}/*"]
    }
  }
}
