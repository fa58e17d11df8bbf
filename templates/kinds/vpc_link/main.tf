module "gateway_link" {
  source = "../modules/gateway_network_load_balancer"

  name                  = "@{own.name}"
  target_group_name     = "@{own.target_group_name}"
  vpc_id                = "@{own.vpc.id}"
  subnet_ids            = "@{own.subnets}"
  security_group_id     = "@{own.group.id}"
  deletion_protection   = "@{settings.protected}"
  load_balancer_arn     = "@{own.balancer.arn}"
  load_balancer_port    = "@{own.port}"
  health_check_protocol = "@{own.balancer.protocol}"
  health_check_path     = "@{own.balancer.health_check_path}"
}
# {% if settings.owns_account_settings %}

# One for the account and region; this stack owns it.
module "gateway_logging" {
  source = "../modules/api_gateway_account"

  role_name = "@{own.logging_role_name}"
  # {% include "parts/role_boundary_given.tf" %}
}
# {% endif %}
