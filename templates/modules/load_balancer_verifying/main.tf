# Who calls a service shows a client certificate here (mutual TLS): the server is proved by a certificate of the private
# CA, the client by one too, checked against the trust store.
#
# One service, one load balancer: AWS lets two listeners of each verify clients. Its security group lets in declared
# callers alone, and all that it takes goes to the one service. From here to the tasks it is plain HTTP within the VPC.

resource "aws_acm_certificate" "this" {
  domain_name               = var.domain_name
  certificate_authority_arn = var.private_ca_arn
  key_algorithm             = "EC_prime256v1"

  lifecycle {
    create_before_destroy = true # a listener always has one
  }
}

# {% include "parts/internal_balancer.tf" %}

# {% include "parts/verified_target.tf" %}

# {% if variant.calls %}
resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.this.arn

  mutual_authentication {
    mode            = "verify"
    trust_store_arn = var.trust_store_arn
  }

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

# {% endif %}
# {% if variant.reads %}
# Who only reads comes here, where no other method is passed on. Which callers do is the security group's business: no
# listener rule knows a client certificate (Elastic Load Balancing API Reference: RuleCondition).
resource "aws_lb_listener" "reads" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = var.reads.port
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.this.arn

  mutual_authentication {
    mode            = "verify"
    trust_store_arn = var.trust_store_arn
  }

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      message_body = jsonencode({ message = "This caller only reads: ${join(" and ", var.reads.methods)}." })
      status_code  = "405"
    }
  }
}

resource "aws_lb_listener_rule" "reads" {
  listener_arn = aws_lb_listener.reads.arn
  priority     = 1

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }

  condition {
    http_request_method {
      values = var.reads.methods
    }
  }
}

# {% endif %}
# The name that the certificate proves: an alias kept by Cloud Map, which owns the zone.
# {% include "parts/verified_name.tf" %}

resource "aws_service_discovery_instance" "this" {
  service_id  = aws_service_discovery_service.this.id
  instance_id = "load-balancer"

  attributes = {
    AWS_ALIAS_DNS_NAME = aws_lb.this.dns_name
  }
}
