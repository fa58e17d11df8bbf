variable "cluster_identifier" {
  type        = string
  description = "Identifier of the cluster. A change of it replaces the cluster."

  # AWS: CreateDBCluster, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.cluster_identifier)) && length(var.cluster_identifier) <= 63
    error_message = "A cluster's identifier has 1 to 63 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "description" {
  type        = string
  description = "What the cluster is for, as its parameter group says it."
}

# {% if variant.any_engine %}
variable "engine" {
  type        = string
  description = "Engine of the cluster: aurora-postgresql or aurora-mysql. A change of it replaces the cluster."

  validation {
    condition     = contains(["aurora-mysql", "aurora-postgresql"], var.engine)
    error_message = "The engine is \"aurora-mysql\" or \"aurora-postgresql\"."
  }
}

variable "engine_version" {
  type        = string
  description = "Version of the engine: 17 or 17.5 of PostgreSQL, 8.0.mysql_aurora.3.10.1 of MySQL."

  validation {
    condition     = can(regex("^([0-9]+([.][0-9]+)?|[0-9]+[.][0-9]+[.]mysql_aurora[.][0-9]+[.][0-9]+[.][0-9]+)$", var.engine_version))
    error_message = "A version is written like 17, 17.5 or 8.0.mysql_aurora.3.10.1."
  }
}

variable "auto_minor_version_upgrade" {
  type        = bool
  description = "Whether AWS installs newer minor versions in the maintenance window: where the version names none."
}

variable "instance_class" {
  type        = string
  description = "Instance class, such as db.r7g.large; db.serverless for a range of capacity."

  validation {
    condition     = (var.instance_class == "db.serverless") == (var.capacity != null)
    error_message = "A range of capacity belongs to db.serverless, and to no other class."
  }
}

variable "parameter_group_family" {
  type        = string
  description = "Family of the parameter group, which is of the engine's major version: aurora-postgresql17."
}
# {% else %}
variable "engine_version" {
  type        = string
  description = "Aurora MySQL version, such as 8.0.mysql_aurora.3.10.1."

  validation {
    condition     = can(regex("^8\\.0\\.mysql_aurora\\.3\\.[0-9]{2}\\.[0-9]+$", var.engine_version))
    error_message = "The version is an Aurora MySQL 3 (MySQL 8.0) version with minor and patch, such as 8.0.mysql_aurora.3.10.1."
  }
}
# {% endif %}

# {% if variant.global or variant.secondary %}
variable "global_cluster_identifier" {
  type        = string
  description = "Identifier of the Aurora global database that the cluster is of. A change of it replaces the global database."

  # AWS: CreateGlobalCluster, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.global_cluster_identifier)) && length(var.global_cluster_identifier) <= 255
    error_message = "A global cluster's identifier has 1 to 255 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

# {% endif %}
# {% if variant.global %}
variable "replica_region" {
  type        = string
  description = "Region that has a replica of the master user's secret."
}

# {% endif %}
# {% if not variant.secondary %}
variable "database_name" {
  type        = string
  description = "Schema that the cluster begins with."

  # AWS: CreateDBCluster, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9_]{0,63}$", var.database_name))
    error_message = "A schema's name has 1 to 64 letters, digits and underscores, and begins with a letter."
  }
}

# {% endif %}
variable "port" {
  type        = number
  description = "TCP port of the cluster."

  # AWS: CreateDBCluster, Amazon RDS API Reference.
  validation {
    condition     = var.port >= 1150 && var.port <= 65535
    error_message = "Aurora listens on a port from 1150 to 65535."
  }
}

variable "instances" {
  type = map(object({
    identifier        = string
    availability_zone = string
    promotion_tier    = number
  }))
  description = "The writer and the readers, by role. Tiers 0 and 1 scale with the writer and are promoted first."

  # AWS: "Managing performance and scaling for Aurora DB clusters", Aurora User Guide: one writer, at most 15 replicas.
  validation {
    condition     = contains(keys(var.instances), "writer") && length(var.instances) <= 16
    error_message = "A cluster has an instance \"writer\" and at most 15 readers."
  }

  validation {
    condition     = alltrue([for instance in var.instances : can(regex("^[a-z](-?[a-z0-9])*$", instance.identifier)) && length(instance.identifier) <= 63])
    error_message = "An instance's identifier has 1 to 63 lower-case letters, digits and single hyphens, and begins with a letter."
  }

  validation {
    condition     = alltrue([for instance in var.instances : instance.promotion_tier >= 0 && instance.promotion_tier <= 15])
    error_message = "Promotion tiers go from 0 to 15."
  }
}

# {% if variant.any_engine %}
variable "capacity" {
  type = object({
    min                 = number
    max                 = number
    seconds_until_pause = optional(number)
  })
  default     = null
  description = "Range in ACU, and the idle seconds until a cluster with a minimum of 0 pauses; null for an instance class."

  # AWS: ServerlessV2ScalingConfiguration, Amazon RDS API Reference.
  validation {
    condition     = var.capacity == null ? true : var.capacity.min >= 0 && var.capacity.max >= max(1, var.capacity.min) && var.capacity.max <= 256
    error_message = "The capacity is 0 to 256 ACU, the largest 1 at least, and it is not below the smallest."
  }

  validation {
    condition     = var.capacity == null ? true : (var.capacity.min == 0) == (var.capacity.seconds_until_pause != null)
    error_message = "A cluster pauses when its least capacity is 0, and only then."
  }
}
# {% else %}
variable "min_capacity" {
  type        = number
  description = "Smallest capacity in ACU."

  # AWS: "Requirements and limitations for Aurora Serverless v2", Aurora User Guide.
  validation {
    condition     = var.min_capacity >= 0.5 && var.min_capacity <= 128 && var.min_capacity * 2 == floor(var.min_capacity * 2)
    error_message = "The capacity is 0.5 to 128 ACU in steps of 0.5."
  }
}

variable "max_capacity" {
  type        = number
  description = "Largest capacity in ACU."

  # AWS: "Requirements and limitations for Aurora Serverless v2", Aurora User Guide.
  validation {
    condition     = var.max_capacity >= max(1, var.min_capacity) && var.max_capacity <= 128 && var.max_capacity * 2 == floor(var.max_capacity * 2)
    error_message = "The capacity is 1 to 128 ACU in steps of 0.5, and not below the smallest."
  }
}
# {% endif %}

# {% if not variant.secondary %}
variable "master_username" {
  type        = string
  description = "Name of the master user."

  # AWS: CreateDBCluster, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9_]{0,15}$", var.master_username))
    error_message = "A master user's name has 1 to 16 letters, digits and underscores, and begins with a letter."
  }
}

# {% if not variant.managed_password %}
# {% include "parts/master_secret_variables.tf" %}
# {% endif %}

variable "secrets_kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the master password; AWS's own when left out."
}

# {% endif %}
# {% if not variant.any_engine %}
variable "audited" {
  type        = bool
  default     = false
  description = "Whether every operation is written into the audit log."
}
# {% endif %}

variable "data_api" {
  type        = bool
  default     = false
  description = "Whether SQL can be run through the RDS Data API."
}

variable "subnet_group_name" {
  type        = string
  description = "Subnet group that the instances stand in."
}

variable "security_group_id" {
  type        = string
  description = "Security group that says who may connect."
}

variable "parameter_group_name" {
  type        = string
  description = "Name of the cluster's parameter group."

  # AWS: CreateDBClusterParameterGroup, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.parameter_group_name)) && length(var.parameter_group_name) <= 255
    error_message = "A parameter group's name has 1 to 255 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "parameters" {
  type = map(object({
    value        = string
    apply_method = string
  }))
  description = "Parameters beyond TLS, audit and slow queries, by name; empty when AWS's defaults fit."

  validation {
    condition     = alltrue([for parameter in var.parameters : contains(["immediate", "pending-reboot"], parameter.apply_method)])
    error_message = "A parameter is applied \"immediate\" (dynamic) or \"pending-reboot\" (static)."
  }

  # {% if not variant.any_engine %}
  validation {
    condition     = length(setintersection(keys(var.parameters), ["long_query_time", "require_secure_transport", "server_audit_events", "server_audit_logging", "slow_query_log"])) == 0
    error_message = "TLS, audit and slow query parameters are the module's own."
  }
  # {% endif %}
}

# {% if not variant.any_engine %}
variable "slow_query_seconds" {
  type        = number
  description = "Statements slower than this are logged."

  validation {
    condition     = var.slow_query_seconds >= 0 && var.slow_query_seconds <= 31536000
    error_message = "The limit of slow statements is 0 to 31536000 seconds."
  }
}
# {% endif %}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts storage, backups and insights; AWS's own when left out. A change of it replaces the cluster."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the log groups; AWS's own when left out."
}

variable "log_exports" {
  type        = map(number)
  description = "Logs that go to CloudWatch, and the days that each is kept."

  # {% if not variant.any_engine %}
  # AWS: CreateDBCluster, Amazon RDS API Reference: EnableCloudwatchLogsExports.
  validation {
    condition     = length(setsubtract(keys(var.log_exports), ["audit", "error", "general", "iam-db-auth-error", "instance", "slowquery"])) == 0
    error_message = "Aurora MySQL exports audit, error, general, iam-db-auth-error, instance and slowquery."
  }

  validation {
    condition     = contains(keys(var.log_exports), "audit") == var.audited
    error_message = "The audit log is exported when operations are audited, and only then."
  }

  # {% endif %}
  # AWS: PutRetentionPolicy, CloudWatch Logs API Reference.
  validation {
    condition     = alltrue([for days in var.log_exports : contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], days)])
    error_message = "CloudWatch Logs keeps events for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "backup_retention_days" {
  type        = number
  description = "Days that a point in time can be restored from."

  # AWS: CreateDBCluster, Amazon RDS API Reference.
  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Aurora keeps backups for 1 to 35 days."
  }
}

variable "backup_window" {
  type        = string
  description = "Daily backup window in UTC, hh24:mi-hh24:mi."

  # AWS: CreateDBCluster, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_window))
    error_message = "The backup window has the form hh24:mi-hh24:mi in UTC."
  }
}

variable "maintenance_window" {
  type        = string
  description = "Weekly maintenance window in UTC, ddd:hh24:mi-ddd:hh24:mi."

  # AWS: CreateDBCluster, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_window))
    error_message = "The maintenance window has the form ddd:hh24:mi-ddd:hh24:mi in UTC."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the cluster."
}

variable "skip_final_snapshot" {
  type        = bool
  description = "Whether the cluster goes without a last snapshot."
}

variable "final_snapshot_identifier" {
  type        = string
  description = "Name of the last snapshot."

  # AWS: DeleteDBCluster, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z](-?[a-zA-Z0-9])*$", var.final_snapshot_identifier)) && length(var.final_snapshot_identifier) <= 255
    error_message = "A snapshot's name has 1 to 255 letters, digits and single hyphens, and begins with a letter."
  }
}

variable "apply_immediately" {
  type        = bool
  description = "Whether changes that interrupt are made at once instead of in the maintenance window."
}

variable "database_insights_mode" {
  type        = string
  description = "Mode of CloudWatch Database Insights."

  validation {
    condition     = contains(["standard", "advanced"], var.database_insights_mode)
    error_message = "Database Insights is \"standard\" or \"advanced\"."
  }
}

variable "performance_insights_retention_days" {
  type        = number
  description = "Days that performance data is kept: 7 costs nothing, advanced Database Insights needs 465."

  # AWS: CreateDBCluster, Amazon RDS API Reference.
  validation {
    condition     = contains([7, 465, 731], var.performance_insights_retention_days) || (var.performance_insights_retention_days % 31 == 0 && var.performance_insights_retention_days >= 31 && var.performance_insights_retention_days <= 713)
    error_message = "Performance data is kept for 7 days, 1 to 23 months of 31 days, 465 or 731 days."
  }
}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
