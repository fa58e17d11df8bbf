# {# The name by which callers with a certificate ask for a service. #}
resource "aws_service_discovery_service" "this" {
  name        = var.discovery_name
  description = "Load balancer that verifies callers."

  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "WEIGHTED" # an alias allows no other

    dns_records {
      type = "A"
      ttl  = 60 # seconds; ignored for an alias
    }
  }
}
