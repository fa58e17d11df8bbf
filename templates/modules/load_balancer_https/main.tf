# {% if variant.verifying %}
# An Application Load Balancer that speaks HTTPS with clients that show a certificate which the trust store knows, and with
# nobody else. What no route takes is answered with 404. load_balancer_https_only is its twin that asks for none.
# {% elif variant.only %}
# An Application Load Balancer that speaks HTTPS and nothing else: no security group opens its port 80. What no route takes
# is answered with 404. load_balancer_https is its twin that sends there whoever comes by HTTP.
# {% elif variant.https %}
# An Application Load Balancer that speaks HTTPS, and sends whoever comes by HTTP there. What no route takes is answered
# with 404. load_balancer_http is its twin without a certificate.
# {% else %}
# An Application Load Balancer that speaks plain HTTP, since it has no certificate. What no route takes is answered with
# 404. load_balancer_https is its twin with one.
# {% endif %}

resource "aws_lb" "this" {
  # checkov:skip=CKV2_AWS_28:its web ACL is a module of its own, where the entry asks for one (`firewall`)
  name                       = var.name
  internal                   = var.internal
  load_balancer_type         = "application"
  subnets                    = var.subnet_ids
  security_groups            = [var.security_group_id]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
  idle_timeout               = var.idle_timeout

  dynamic "access_logs" {
    for_each = var.access_logs[*]

    content {
      bucket  = access_logs.value.bucket
      prefix  = access_logs.value.prefix
      enabled = true
    }
  }
  # {% if variant.verifying %}

  # Which client certificate opened which connection, and which were refused.
  dynamic "connection_logs" {
    for_each = var.access_logs[*]

    content {
      bucket  = connection_logs.value.bucket
      prefix  = connection_logs.value.prefix
      enabled = true
    }
  }
  # {% endif %}
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}

# {% if not variant.only %}
# {% if variant.https %}
# The same listener as that of the twin: AWS refuses a second one on port 80, also while one takes the other's place.
# {% endif %}
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    # {% if variant.https %}
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
    # {% else %}
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Not found"
      status_code  = "404"
    }
    # {% endif %}
  }
  # {% if variant.https %}

  # A balancer that gets its certificate later sends nobody where nothing listens yet.
  depends_on = [aws_lb_listener.https]
  # {% endif %}
}
# {% endif %}
# {% if variant.https and not variant.only %}

# {% endif %}
# {% if variant.https %}
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = var.ssl_policy
  certificate_arn   = var.certificate_arn
  # {% if variant.verifying %}

  mutual_authentication {
    mode            = "verify"
    trust_store_arn = var.trust_store_arn
  }
  # {% endif %}

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Not found"
      status_code  = "404"
    }
  }
}
# {% endif %}
