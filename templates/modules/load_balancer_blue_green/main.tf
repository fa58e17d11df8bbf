# Which requests go to services that AWS CodeDeploy delivers: two target groups for each, and a rule of the listener for
# each route. CodeDeploy moves a rule from one group to the other; load_balancer_routes is its twin without that.

locals {
  groups = merge([
    for service, one in var.services : {
      for colour in ["blue", "green"] : "${service}-${colour}" => merge(one, { name = one[colour] })
    }
  ]...)
}

resource "aws_lb_target_group" "this" {
  for_each = local.groups

  name                 = each.value.name
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = 80 # never used: ECS registers each task with the port of its container, which may change
  deregistration_delay = each.value.deregistration_delay

  # New tasks are slow at first: the least busy one gets the next request.
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    protocol            = "HTTP"
    path                = each.value.health_check.path
    matcher             = "200-299"
    interval            = each.value.health_check.interval
    timeout             = each.value.health_check.timeout
    healthy_threshold   = each.value.health_check.healthy
    unhealthy_threshold = each.value.health_check.unhealthy
  }

  lifecycle {
    create_before_destroy = true # AWS deletes none that a rule still leads to
  }
}

resource "aws_lb_listener_rule" "this" {
  for_each = var.routes

  listener_arn = var.listener_arn
  priority     = each.value.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["${each.value.service}-blue"].arn
  }

  dynamic "condition" {
    for_each = length(each.value.hosts) == 0 ? [] : [each.value.hosts]

    content {
      host_header {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(each.value.paths) == 0 ? [] : [each.value.paths]

    content {
      path_pattern {
        values = condition.value
      }
    }
  }

  lifecycle {
    create_before_destroy = true # no request is lost when the listener becomes another one

    ignore_changes = [
      action, # CodeDeploy moves it between the two target groups
    ]
  }
}
