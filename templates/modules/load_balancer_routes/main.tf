# {% if variant.blue_green %}
# Which requests go to services that AWS CodeDeploy delivers: two target groups for each, and a rule of the listener for
# each route. CodeDeploy moves a rule from one group to the other; load_balancer_routes is its twin without that.

locals {
  groups = merge([
    for service, one in var.services : {
      for colour in ["blue", "green"] : "${service}-${colour}" => merge(one, { name = one[colour] })
    }
  ]...)
}

# {% else %}
# Which requests go to which service: a target group for each service, and a rule of the listener for each route.

# {% endif %}
resource "aws_lb_target_group" "this" {
  # {% if variant.blue_green %}
  for_each = local.groups
  # {% else %}
  for_each = var.target_groups
  # {% endif %}

  name                 = each.value.name
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = 80 # never used: ECS registers each task with the port of its container, which may change
  deregistration_delay = each.value.deregistration_delay

  # {% if variant.blue_green %}
  # New tasks are slow at first: the least busy one gets the next request.
  # {% else %}
  # New tasks of a rollout are slow at first: the least busy one gets the next request.
  # {% endif %}
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
    type = "forward"
    # {% if variant.blue_green %}
    target_group_arn = aws_lb_target_group.this["${each.value.service}-blue"].arn
    # {% else %}
    target_group_arn = aws_lb_target_group.this[each.value.service].arn
    # {% endif %}
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

  # Terraform's plan shows nothing of the conditions beside it: they are one set.
  dynamic "condition" {
    for_each = nonsensitive(var.custom_header == null) ? [] : [nonsensitive(var.custom_header.name)]

    content {
      http_header {
        http_header_name = condition.value
        values           = var.custom_header.values
      }
    }
  }

  lifecycle {
    create_before_destroy = true # no request is lost when the listener becomes another one
    # {% if variant.blue_green %}

    ignore_changes = [
      action, # CodeDeploy moves it between the two target groups
    ]
    # {% endif %}
  }
}
