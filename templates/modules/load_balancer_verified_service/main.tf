# A service behind the load balancer that verifies the callers of all: its name, its rule, and the target group of its
# tasks. From there to the tasks it is plain HTTP within the VPC.

# {% include "parts/verified_target.tf" %}

resource "aws_lb_listener_rule" "this" {
  listener_arn = var.listener_arn
  priority     = var.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }

  condition {
    host_header {
      values = [var.domain_name]
    }
  }
}

# The name that callers ask for: an alias kept by Cloud Map, which owns the zone.
# {% include "parts/verified_name.tf" %}

resource "aws_service_discovery_instance" "this" {
  service_id  = aws_service_discovery_service.this.id
  instance_id = "load-balancer"

  attributes = {
    AWS_ALIAS_DNS_NAME = var.load_balancer_dns_name
  }
}
