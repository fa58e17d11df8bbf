output "arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "arn_suffix" {
  description = "Load balancer as CloudWatch names it: app/<name>/<id>."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "Name that AWS gave the load balancer."
  value       = aws_lb.this.dns_name
}

output "gateways_listener_arn" {
  description = "ARN of the listener that the gateways use."
  value       = aws_lb_listener.gateways.arn
}

output "protocol" {
  description = "What the gateways' listener speaks: HTTP or HTTPS."
  value       = local.protocol
}

output "health_check_path" {
  description = "Path on the gateways' listener that answers 200 while the load balancer is up."
  value       = "/.load-balancer/health"

  # Before the rule is there the answer is 404.
  depends_on = [aws_lb_listener_rule.health]
}
