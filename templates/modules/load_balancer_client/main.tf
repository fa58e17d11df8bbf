# One caller's way into the internal load balancer, where both sides are proved: the server by its certificate of the
# private CA, the client by one too (mutual TLS, verify).
#
# Only this caller's security group reaches the port, and only the services that it calls have a rule here. Its
# certificate is made here and not at its request: its role may export it with its key and have none signed. ACM renews
# it; who uses it exports it again within its last 60 days (ACM User Guide: Renew private certificates).

resource "aws_acm_certificate" "client" {
  domain_name               = var.subject
  certificate_authority_arn = var.private_ca_arn
  key_algorithm             = "EC_prime256v1"

  lifecycle {
    create_before_destroy = true # the caller's role is allowed the next one before this one goes
  }
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = var.load_balancer_arn
  protocol          = "HTTPS"
  port              = var.port
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
      message_body = jsonencode({ message = "No service that is called from here has this path." })
      status_code  = "404"
    }
  }
}
