# {% extends "modules/aurora_cluster/main.tf" %}
# {% block family %}
family      = var.parameter_group_family
# {% endblock %}
# {% block own_parameters %}
# {% endblock %}
# {% block group_lifecycle %}

# A major upgrade needs the group of the new family while the cluster still has the old one.
lifecycle {
  create_before_destroy = true
}
# {% endblock %}
# {% block engine %}
engine             = var.engine
# {% endblock %}
# {% block versions %}

# The version is the catalogue's: who changes it there wants the upgrade, and has read the plan.
allow_major_version_upgrade = true

# Extended support is billed by vCPU and hour. A change replaces the cluster: those of MySQL may have been made without it.
engine_lifecycle_support = var.engine == "aurora-postgresql" ? "open-source-rds-extended-support-disabled" : null
# {% endblock %}
# {% block capacity %}
dynamic "serverlessv2_scaling_configuration" {
  for_each = var.capacity[*]

  content {
    min_capacity             = serverlessv2_scaling_configuration.value.min
    max_capacity             = serverlessv2_scaling_configuration.value.max
    seconds_until_auto_pause = serverlessv2_scaling_configuration.value.seconds_until_pause
  }
}
# {% endblock %}
# {% block instance_class %}
instance_class     = var.instance_class
# {% endblock %}
# {% block minor_versions %}
auto_minor_version_upgrade = var.auto_minor_version_upgrade
# {% endblock %}
