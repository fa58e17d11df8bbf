module "@{own.module.label}" {
  source = "@{own.source}"

  name                = "@{own.name}"
  subnet_ids          = "@{own.subnets}"
  security_group_id   = "@{own.group.id}"
  deletion_protection = "@{settings.protected}"
  domain_name         = "@{own.domain}"
  private_ca_arn      = "@{own.authority.arn}"
  trust_store_arn     = module.client_authorities.arn
  log_bucket_name     = module.access_logs.name
  log_prefix          = "@{own.log_prefix}"
  namespace_id        = "@{own.namespace.id}"
  discovery_name      = "@{own.discovery_name}"
  # {% if own.reads %}
  reads = "@{own.reads}"
  # {% endif %}

  # {% include "kinds/mutual_tls/target.tf" %}
}
