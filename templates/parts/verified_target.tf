# {# The target group of a service whose callers show a client certificate. #}
resource "aws_lb_target_group" "this" {
  name                 = var.target.name
  vpc_id               = var.target.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = 80 # never used: ECS registers each task with the port of its container, which may change
  deregistration_delay = var.target.deregistration_delay

  # New tasks of a rollout are slow at first: the least busy one gets the next request.
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    protocol            = "HTTP"
    path                = var.target.health_check.path
    matcher             = "200-299"
    interval            = var.target.health_check.interval
    timeout             = var.target.health_check.timeout
    healthy_threshold   = var.target.health_check.healthy
    unhealthy_threshold = var.target.health_check.unhealthy
  }

  lifecycle {
    create_before_destroy = true # AWS deletes none that a listener still leads to; only another name replaces it
  }
}
