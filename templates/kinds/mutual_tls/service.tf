module "@{own.module.label}" {
  source = "../modules/load_balancer_verified_service"

  listener_arn           = "@{own.shared.listener_arn}"
  load_balancer_dns_name = "@{own.shared.dns_name}"
  priority               = "@{own.priority}"
  domain_name            = "@{own.domain}"
  namespace_id           = "@{own.namespace.id}"
  discovery_name         = "@{own.discovery_name}"

  # {% include "kinds/mutual_tls/target.tf" %}
}
