# {% if own.own_certificate %}
# {% include "kinds/zones/certificate.tf" %}

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
  internal            = "@{not entry.is_public}"
  subnet_ids          = "@{own.subnets}"
  security_group_id   = "@{own.group.id}"
  deletion_protection = "@{settings.protected}"
  idle_timeout        = "@{balancer.idle_timeout}"
  # {% if own.is_secure %}
  certificate_arn = "@{own.certificate_arn}"
  ssl_policy      = "@{own.ssl_policy}"
  # {% if own.trust_store_arn %}
  trust_store_arn = "@{own.trust_store_arn}"
  # {% endif %}
  # {% endif %}
  # {% if own.logs %}

  access_logs = {
    bucket = "@{own.logs.name}"
    prefix = "@{own.log_prefix}"
  }
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}

# {% if own.custom_header %}
# {% include "kinds/custom_headers/main.tf" %}

# {% endif %}
# {% if own.rolling_services %}
module "@{own.routes_module.label}" {
  source = "../modules/load_balancer_routes"

  vpc_id       = "@{own.vpc.id}"
  listener_arn = "@{own.balancer.listener_arn}"

  target_groups = "@{own.target_groups}"

  routes = "@{own.routes}"
  # {% if own.required_header %}

  custom_header = "@{own.required_header}"
  # {% endif %}
}
# {% endif %}
# {% if own.blue_green_services %}
# {% if own.rolling_services %}

# {% endif %}
module "@{own.blue_green_module.label}" {
  source = "../modules/load_balancer_blue_green"

  vpc_id       = "@{own.vpc.id}"
  listener_arn = "@{own.balancer.listener_arn}"

  services = "@{own.blue_green_groups}"

  routes = "@{own.blue_green_routes}"
  # {% if own.required_header %}

  custom_header = "@{own.required_header}"
  # {% endif %}
}
# {% endif %}
# {% if own.health %}

module "@{own.health.label}" {
  source = "../modules/failover_health_check"

  name          = "@{own.name}"
  region        = "@{own.region}"
  load_balancer = "@{own.balancer.arn_suffix}"
  target_groups = "@{own.health_targets}"
  # {% if own.health_pairs %}
  pairs = "@{own.health_pairs}"
  # {% endif %}
  healthy_tasks = "@{balancer.failover.healthy_tasks}"
  minutes       = "@{own.health_minutes}"
}
# {% endif %}
# {% if own.zone_id %}

module "@{own.aliases.label}" {
  source = "@{own.aliases_module}"

  zone_id = "@{own.zone_id}"
  targets = "@{own.alias_targets}"
  # {% if balancer.failover %}
  environment = "@{settings.environment}"
  role        = "@{own.failover_role}"
  # {% endif %}
  # {% if own.health %}
  health_check_id = "@{own.health.id}"
  # {% endif %}
}
# {% endif %}
# {% if own.has_firewall_here %}

# {% include "kinds/firewalls/main.tf" %}
# {% endif %}
