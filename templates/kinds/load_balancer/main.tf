module "access_logs" {
  source = "../modules/access_log_bucket"

  name              = "@{own.log_bucket_name}"
  account_id        = "@{own.account}"
  prefixes          = ["@{own.log_prefix}"]
  retention_in_days = "@{settings.log_retention}"
  force_destroy     = "@{not settings.production}"
}

module "load_balancer" {
  source = "../modules/internal_load_balancer"

  name                = "@{own.name}"
  subnet_ids          = "@{own.subnets}"
  security_group_id   = "@{own.group.id}"
  deletion_protection = "@{settings.protected}"
  gateways_port       = "@{own.gateways_port}"
  # {% if own.has_mutual_tls %}
  certificate_arn = module.load_balancer_certificate.arn
  # {% endif %}
  log_bucket_name = module.access_logs.name
  log_prefix      = "@{own.log_prefix}"
  namespace_id    = "@{own.namespace.id}"
  discovery_name  = "@{own.discovery_name}"
}
