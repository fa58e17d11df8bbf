# {% extends "modules/load_balancer_https/outputs.tf" %}
# {% block listener %}
  value = aws_lb_listener.http.arn
# {% endblock %}
