module "@{database.label}" {
  source = "../modules/database_alarms"

  alarm_prefix       = "@{database.name}"
  topic_arn          = module.alerts.arn
  cluster_identifier = "@{database.cluster_identifier}"
  capacity_percent   = "@{database.capacity_percent}"
  connections        = "@{database.connections}"
  cpu_percent        = "@{database.cpu_percent}"
  volume_bytes       = "@{database.volume_bytes}"
}

# {% if database.has_readers %}
module "@{database.replica_label}" {
  source = "../modules/database_replica_alarms"

  alarm_prefix       = "@{database.name}"
  topic_arn          = module.alerts.arn
  cluster_identifier = "@{database.cluster_identifier}"
  lag_milliseconds   = "@{database.lag_milliseconds}"
}

# {% endif %}
# {% include "stacks/_shell/moved.tf" %}
