# Whether names lead to the primary or to the other region, which people decide: a disabled check asks nobody and is healthy,
# and inverted it is unhealthy (Amazon Route 53 Developer Guide: Values that you specify when you create health checks,
# Disabled). What it would ask is never asked, and says whose switch it is.

resource "aws_route53_health_check" "this" {
  type              = "TCP"
  fqdn              = var.host_name
  port              = 443
  request_interval  = 30
  failure_threshold = 3
  disabled          = true

  tags = {
    Name = var.name
  }

  lifecycle {
    ignore_changes = [
      disabled,           # people decide where names lead
      invert_healthcheck, # people decide where names lead
    ]
  }
}
