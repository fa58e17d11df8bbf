# Route 53 asks an address from many places of the world. It is well while more than 18 % of them get good answers (Amazon
# Route 53 Developer Guide, "How Amazon Route 53 determines whether a health check is healthy").

resource "aws_route53_health_check" "this" {
  type              = var.search_string == null ? var.protocol : "${var.protocol}_STR_MATCH"
  fqdn              = var.domain_name
  port              = var.protocol == "HTTPS" ? 443 : 80
  resource_path     = var.path
  search_string     = var.search_string
  request_interval  = var.request_interval
  failure_threshold = var.failure_threshold
  enable_sni        = var.protocol == "HTTPS"

  tags = {
    Name = var.name
  }
}
