# {% include "kinds/keys/main.tf" %}
module "flow_log" {
  source = "../modules/vpc_flow_log"

  name                = "@{own.name}"
  vpc_id              = module.vpc.id
  account_id          = "@{own.account}"
  region              = "@{own.region}"
  log_group_name      = "@{own.log_group_name}"
  role_name           = "@{own.role_name}"
  retention_in_days   = "@{own.retention}"
  aggregation_seconds = 600
  # {% if own.keys %}
  kms_key_arn = module.key_flow_log.arn
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
