module "@{own.proxy.label}" {
  source = "@{own.proxy_module}"

  name   = "@{own.proxy_name}"
  region = "@{own.region}"
  # {% if own.proxy_has_tokens %}
  account = "@{settings.account}"
  # {% endif %}
  role_name     = "@{own.proxy_role_name}"
  engine_family = "@{own.engine_family}"
  # {% if own.is_cluster %}
  cluster_identifier = "@{own.database.cluster_identifier}"
  # {% else %}
  instance_identifier = "@{own.database.identifier}"
  # {% endif %}
  subnet_ids        = "@{own.subnets}"
  security_group_id = "@{own.proxy_group.id}"

  # {% if own.proxy_has_tokens %}
  users                = "@{own.proxy_users}"
  database_resource_id = "@{own.database.resource_id}"
  # {% else %}
  logins                    = "@{own.proxy_logins}"
  iam_auth                  = "@{own.iam_auth}"
  client_password_auth_type = "@{own.client_password_auth_type}"
  # {% if own.secrets_key and not own.is_secondary %}
  secrets_kms_key_arn = "@{own.secrets_key}"
  # {% endif %}
  # {% endif %}
  # {% if own.secrets_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  log_retention_in_days = "@{settings.log_retention}"

  idle_client_timeout_seconds       = "@{database.proxy.idle_timeout}"
  max_connections_percent           = "@{own.max_connections_percent}"
  max_idle_connections_percent      = "@{own.max_idle_connections_percent}"
  connection_borrow_timeout_seconds = "@{database.proxy.borrow_timeout}"
  reader_endpoints                  = "@{own.reader_endpoints}"
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
