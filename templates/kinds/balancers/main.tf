# {% if own.own_certificate %}
module "@{own.own_certificate.label}" {
  source = "../modules/public_certificate"

  names   = "@{own.names}"
  zone_id = "@{own.zone_id}"
}

# {% endif %}
# {% if own.logs %}
module "@{own.logs.label}" {
  source = "../modules/access_log_bucket"

  name              = "@{own.log_bucket_name}"
  account_id        = "@{own.account}"
  prefixes          = ["@{own.log_prefix}"]
  retention_in_days = "@{balancer.access_logs.retention}"
  force_destroy     = "@{not settings.production}"
}

# {% endif %}
module "@{own.balancer.label}" {
  source = "@{own.module}"

  name                = "@{own.name}"
  internal            = "@{own.is_internal}"
  subnet_ids          = "@{own.subnets}"
  security_group_id   = "@{own.group.id}"
  deletion_protection = "@{settings.protected}"
  idle_timeout        = "@{balancer.idle_timeout}"
  # {% if own.is_secure %}
  certificate_arn = "@{own.certificate_arn}"
  ssl_policy      = "@{own.ssl_policy}"
  # {% endif %}
  # {% if own.logs %}

  access_logs = {
    bucket = "@{own.logs.name}"
    prefix = "@{own.log_prefix}"
  }
  # {% endif %}
}

module "@{own.routes_module.label}" {
  source = "../modules/load_balancer_routes"

  vpc_id       = "@{own.vpc.id}"
  listener_arn = "@{own.balancer.listener_arn}"

  target_groups = "@{own.target_groups}"

  routes = "@{own.routes}"
}
# {% if own.zone_id %}

module "@{own.aliases.label}" {
  source = "../modules/dns_aliases"

  zone_id = "@{own.zone_id}"
  targets = "@{own.alias_targets}"
}
# {% endif %}
# {% if balancer.firewall %}

# {% include "kinds/firewalls/main.tf" %}
# {% endif %}
