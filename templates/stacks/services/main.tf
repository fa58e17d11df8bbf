module "cluster" {
  source = "../modules/ecs_cluster"

  name                       = "@{cluster.name}"
  namespace_arn              = local.network.namespace_arn
  container_insights         = "enabled"
  exec_log_group_name        = "@{cluster.exec_log_group_name}"
  exec_log_retention_in_days = "@{cluster.exec_log_retention_in_days}"
  exec_kms_key_arn           = "@{cluster.key_arn}"
  logs_kms_key_arn           = local.security.key_logs_arn
}

# The domain's own key, a boundary like its cluster.
module "@{key.label}" {
  source = "../modules/kms_key"

  name                    = "@{key.name}"
  description             = "@{key.description}"
  account_id              = "@{key.account_id}"
  deletion_window_in_days = "@{key.deletion_window_in_days}"
  service_grants          = "@{key.service_grants}"
}

module "mesh_role" {
  source = "../modules/service_connect_tls_role"

  name        = "@{cluster.mesh_role_name}"
  account_id  = "@{key.account_id}"
  region      = "@{cluster.region}"
  kms_key_arn = local.security.key_secrets_arn
}
