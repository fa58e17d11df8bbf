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

output "zone_id" {
  description = "Hosted zone of that name, for alias records."
  value       = aws_lb.this.zone_id
}

output "listener_arn" {
  description = "ARN of the listener that routes belong to."
  # {% if variant.https %}
  value = aws_lb_listener.https.arn
  # {% else %}
  value = aws_lb_listener.http.arn
  # {% endif %}
}
