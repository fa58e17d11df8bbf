module "@{own.cluster.label}" {
  source = "../modules/ecs_cluster"

  name               = "@{own.name}"
  container_insights = "@{own.container_insights}"
  # {% if own.namespace %}
  namespace_arn = "@{own.namespace.arn}"
  # {% endif %}
  # {% if own.has_sessions %}
  exec_log_group_name        = "@{own.exec_log_group_name}"
  exec_log_retention_in_days = "@{settings.log_retention}"
  # {% if own.key %}
  exec_kms_key_arn = "@{own.key.arn}"
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  # {% endif %}
}

# {% if own.has_mesh_role %}
module "@{own.mesh_role.label}" {
  source = "../modules/service_connect_tls_role"

  name = "@{own.mesh_role_name}"
  # {% if own.secrets_key %}
  kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% endif %}
