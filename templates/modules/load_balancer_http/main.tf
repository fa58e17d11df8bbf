# {% extends "modules/load_balancer_https/main.tf" %}
# {% block title %}
# An Application Load Balancer that speaks plain HTTP, since it has no certificate. What no route takes is answered with
# 404. load_balancer_https is its twin with one.
# {% endblock %}
# {% block listeners %}
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80
# {% endblock %}
