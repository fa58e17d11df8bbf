module "@{key.label}" {
  source = "../modules/kms_key"

  name                    = "@{key.name}"
  description             = "@{key.description}"
  account_id              = "@{key.account_id}"
  deletion_window_in_days = "@{key.deletion_window_in_days}"
  service_grants          = "@{key.service_grants}"
}

module "flow_log" {
  source = "../modules/vpc_flow_log"

  name                = "@{flow_log.name}"
  vpc_id              = module.vpc.vpc_id
  account_id          = "@{flow_log.account_id}"
  region              = "@{flow_log.region}"
  log_group_name      = "@{flow_log.log_group_name}"
  role_name           = "@{flow_log.role_name}"
  retention_in_days   = "@{flow_log.retention_in_days}"
  kms_key_arn         = module.key_flow_log.arn
  aggregation_seconds = 600
}
