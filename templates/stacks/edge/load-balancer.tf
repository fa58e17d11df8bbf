module "access_logs" {
  source = "../modules/access_log_bucket"

  name              = "@{logs.bucket_name}"
  account_id        = "@{logs.account_id}"
  prefixes          = "@{logs.prefixes}"
  retention_in_days = "@{logs.retention_in_days}"
  force_destroy     = "@{logs.force_destroy}"
}

module "load_balancer" {
  source = "../modules/internal_load_balancer"

  name                = "@{load_balancer.name}"
  subnet_ids          = local.network.app_subnet_ids
  security_group_id   = local.security.load_balancer_security_group_id
  deletion_protection = "@{load_balancer.deletion_protection}"
  services_port       = "@{load_balancer.services_port}"
  gateways_port       = "@{load_balancer.gateways_port}"
  certificate_arn     = module.load_balancer_certificate.arn
  trust_store_arn     = module.client_authorities.arn
  log_bucket_name     = module.access_logs.name
  log_prefix          = "@{load_balancer.log_prefix}"
  namespace_id        = local.network.namespace_id
  discovery_name      = "@{load_balancer.discovery_name}"
}
# {% if has_gateways %}

module "gateway_link" {
  source = "../modules/gateway_network_load_balancer"

  name                = "@{gateway_link.name}"
  target_group_name   = "@{gateway_link.name}"
  vpc_id              = local.network.vpc_id
  subnet_ids          = local.network.app_subnet_ids
  security_group_id   = local.security.gateway_link_security_group_id
  deletion_protection = "@{load_balancer.deletion_protection}"
  load_balancer_arn   = module.load_balancer.arn
  load_balancer_port  = "@{load_balancer.gateways_port}"
  health_check_path   = module.load_balancer.health_check_path
}

# One for the account and region; this stack owns it.
module "gateway_logging" {
  source = "../modules/api_gateway_account"

  role_name = "@{gateway_link.logging_role_name}"
}
# {% endif %}
