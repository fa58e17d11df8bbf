# Who calls a service shows a client certificate here (mutual TLS): one load balancer for all called services, each found
# by its own name (load_balancer_verified_service). Its twin for one service alone is load_balancer_verifying.
#
# Whoever may call one of the services reaches all of them: a security group knows no host, and a listener rule no
# client certificate (Elastic Load Balancing API Reference: RuleCondition). The certificate's subject is in the header
# X-Amzn-Mtls-Clientcert-Subject, which a service has to read itself.

# {% include "parts/internal_balancer.tf" %}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  mutual_authentication {
    mode            = "verify"
    trust_store_arn = var.trust_store_arn
  }

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      message_body = jsonencode({ message = "No service has this name." })
      status_code  = "404"
    }
  }
}
