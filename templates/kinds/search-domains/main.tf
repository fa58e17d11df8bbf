module "@{own.cluster.label}" {
  source = "../modules/search_domain"

  name           = "@{own.name}"
  account_id     = "@{own.account}"
  region         = "@{own.region}"
  engine_version = "@{entry.engine_version}"

  instance_type  = "@{entry.size}"
  instance_count = "@{entry.nodes}"
  zone_count     = "@{own.zones}"
  # {% if entry.standby %}
  standby = "@{entry.standby}"
  # {% endif %}
  # {% if entry.masters %}

  masters = {
    instance_type  = "@{entry.masters.size}"
    instance_count = "@{entry.masters.count}"
  }
  # {% endif %}
  # {% if entry.storage %}

  storage = {
    size = "@{entry.storage.size}"
    # {% if entry.storage.iops %}
    iops = "@{entry.storage.iops}"
    # {% endif %}
    # {% if entry.storage.throughput %}
    throughput = "@{entry.storage.throughput}"
    # {% endif %}
  }
  # {% endif %}

  subnet_ids        = "@{own.subnets}"
  security_group_id = "@{own.group.id}"
  # {% if own.service_linked_role %}
  service_linked_role_arn = "@{own.service_linked_role}"
  # {% endif %}
  master_role_name = "@{own.master_role_name}"
  # {% if own.key %}
  kms_key_arn      = "@{own.key}"
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  # {% if own.log_exports %}
  log_exports = "@{own.log_exports}"
  # {% endif %}

  # {% if own.saml %}
  saml = "@{own.saml}"
  # {% endif %}

  off_peak_start = "@{own.off_peak_start}"
  auto_update    = "@{entry.auto_update}"
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% if own.user_access %}

# {% include "kinds/databases/users.tf" %}
# {% endif %}
