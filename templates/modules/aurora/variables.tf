# {% extends "modules/aurora_cluster/variables.tf" %}
# {% block engine %}
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
# {% endblock %}
# {% block capacity %}
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
# {% endblock %}
# {% block audited %}
# {% endblock %}
# {% block own_parameters %}
# {% endblock %}
# {% block slow_queries %}
# {% endblock %}
# {% block log_exports %}
# {% endblock %}
