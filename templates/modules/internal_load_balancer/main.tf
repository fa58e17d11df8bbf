# The gateways' way to the services inside the VPC, by path: they come in through their Network Load Balancer.
#
# With a certificate the server is proved; the client is not (API Gateway shows no certificate of the private CA), it is
# the only one whom the security group lets in. The gateway has proved its own caller before, by signature (AWS_IAM) or
# by nothing but an API key, as its entry in the catalogue says. Without a certificate it speaks plain HTTP within the
# VPC, and nobody is proved but by the security groups. From here to the tasks it is plain HTTP within the VPC.
#
# Services call each other through Service Connect, which encrypts and proves the server only, or where they show a
# client certificate: see the module load_balancer_verifying.

locals {
  # Header and priority of the rule that refuses it.
  forged = {
    X-Amzn-Mtls-Clientcert               = 3
    X-Amzn-Mtls-Clientcert-Issuer        = 4
    X-Amzn-Mtls-Clientcert-Leaf          = 5
    X-Amzn-Mtls-Clientcert-Serial-Number = 6
    X-Amzn-Mtls-Clientcert-Subject       = 7
    X-Amzn-Mtls-Clientcert-Validity      = 8
  }

  protocol   = var.certificate_arn == null ? "HTTP" : "HTTPS"
  ssl_policy = var.certificate_arn == null ? null : "ELBSecurityPolicy-TLS13-1-2-2021-06"
}

# {% include "parts/internal_balancer.tf" %}

resource "aws_lb_listener" "gateways" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = local.protocol
  port              = var.gateways_port
  ssl_policy        = local.ssl_policy
  certificate_arn   = var.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      message_body = jsonencode({ message = "No service has this path." })
      status_code  = "404"
    }
  }
}

# In these headers a listener that verifies clients says who called (Application Load Balancers guide: HTTP headers and
# mutual TLS). Who comes in here has shown no certificate, so that they are somebody's own.
resource "aws_lb_listener_rule" "forged" {
  for_each = var.certificate_arn == null ? {} : local.forged

  listener_arn = aws_lb_listener.gateways.arn
  priority     = each.value

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      message_body = jsonencode({ message = "No client certificate is taken here." })
      status_code  = "400"
    }
  }

  condition {
    http_header {
      http_header_name = each.key
      values           = ["*"]
    }
  }
}

# The Network Load Balancer asks here whether this one is up; no service needs to be.
resource "aws_lb_listener_rule" "health" {
  listener_arn = aws_lb_listener.gateways.arn
  priority     = 2

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "up"
      status_code  = "200"
    }
  }

  condition {
    path_pattern {
      values = ["/.load-balancer/health"]
    }
  }
}

# A name in the platform's own domain, which a certificate proves: an alias kept by Cloud Map, which owns
# the zone.
resource "aws_service_discovery_service" "this" {
  name        = var.discovery_name
  description = "The internal load balancer."

  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "WEIGHTED" # an alias allows no other

    dns_records {
      type = "A"
      ttl  = 60 # seconds; ignored for an alias
    }
  }
}

resource "aws_service_discovery_instance" "this" {
  service_id  = aws_service_discovery_service.this.id
  instance_id = "load-balancer"

  attributes = {
    AWS_ALIAS_DNS_NAME = aws_lb.this.dns_name
  }
}
