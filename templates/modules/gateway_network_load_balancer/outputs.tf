output "arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "vpc_link_id" {
  description = "Id of the VPC link."
  value       = aws_api_gateway_vpc_link.this.id

  # A request through the link finds a target only after these.
  depends_on = [aws_lb_listener.this, aws_lb_target_group_attachment.this]
}
