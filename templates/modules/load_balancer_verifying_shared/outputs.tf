output "arn_suffix" {
  description = "Load balancer as CloudWatch names it, app/<name>/<id>."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "Name that AWS gave the load balancer."
  value       = aws_lb.this.dns_name
}

output "listener_arn" {
  description = "ARN of the listener that verifies callers."
  value       = aws_lb_listener.this.arn
}
