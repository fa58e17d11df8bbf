module "@{own.job.label}" {
  source = "../modules/ecs_job"

  name        = "@{own.name}"
  account_id  = "@{own.account}"
  region      = "@{own.region}"
  cluster_arn = "@{own.cluster.arn}"

  # {% include "kinds/services/task.tf" %}

  capacity_provider = "@{own.capacity_provider}"
  subnet_ids        = "@{own.subnets}"
  assign_public_ip  = "@{own.is_public}"
  security_group_id = "@{own.group.id}"
  # {% if entry.schedules %}

  schedule_group_name = "@{own.schedule_group_name}"
  schedules_role_name = "@{own.schedules_role_name}"
  timezone            = "@{own.time_zone}"
  schedules           = "@{own.schedules}"
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
# {% if own.log_route %}

# {% include "kinds/services/log_route.tf" %}
# {% endif %}
# {% if own.log_router %}

# {% include "kinds/services/log_router.tf" %}
# {% endif %}
