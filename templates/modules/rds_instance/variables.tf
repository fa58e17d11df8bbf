variable "identifier" {
  type        = string
  description = "Identifier of the instance. A change of it renames the instance, and its address."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.identifier)) && length(var.identifier) <= 63
    error_message = "An instance's identifier has 1 to 63 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "description" {
  type        = string
  description = "What the instance is for, as its parameter group says it."
}

# {% if variant.copy %}
variable "source_arn" {
  type        = string
  description = "ARN of the instance that it is a copy of, in another region."

  # AWS: CreateDBInstanceReadReplica, Amazon RDS API Reference: of another region by its ARN alone.
  validation {
    condition     = can(regex("^arn:[a-z-]+:rds:[a-z0-9-]+:[0-9]{12}:db:[a-z](-?[a-z0-9])*$", var.source_arn))
    error_message = "An instance's ARN is arn:aws:rds:<region>:<account>:db:<identifier>."
  }
}

variable "engine_version" {
  type        = string
  default     = null
  description = "Version of the engine while it is upgraded, copies first: 17.10 of PostgreSQL. Null leaves it as it is: a new copy has its source's."

  validation {
    condition     = var.engine_version == null ? true : can(regex("^[0-9]+([.][0-9]+){1,2}$", var.engine_version))
    error_message = "A version is two or three numbers with dots: 17.10, 8.4.6."
  }
}
# {% else %}
variable "engine" {
  type        = string
  description = "Engine of the instance: postgres or mysql. A change of it replaces the instance."

  validation {
    condition     = contains(["mysql", "postgres"], var.engine)
    error_message = "The engine is \"mysql\" or \"postgres\"."
  }
}

variable "engine_version" {
  type        = string
  description = "Version of the engine: 17 or 17.5 of PostgreSQL, 8.4 or 8.4.6 of MySQL."

  validation {
    condition     = can(regex("^[0-9]+([.][0-9]+){0,2}$", var.engine_version))
    error_message = "A version is one to three numbers with dots: 17, 17.5, 8.4.6."
  }
}
# {% endif %}

variable "auto_minor_version_upgrade" {
  type        = bool
  description = "Whether AWS installs newer minor versions in the maintenance window: where the version names none."
}

variable "instance_class" {
  type        = string
  description = "Instance class: db.t4g.micro."

  validation {
    condition     = can(regex("^db[.][a-z0-9]+[.][a-z0-9]+$", var.instance_class))
    error_message = "An instance class has three parts: db.t4g.micro."
  }
}

variable "multi_az" {
  type        = bool
  description = "Whether a standby in a second zone takes over."
}
# {% if environment.network.only_zone %}

variable "availability_zone" {
  type        = string
  default     = null
  description = "Zone that it is in; null where AWS chooses. RDS replaces an instance that is in another one."
}
# {% endif %}

# {% if not variant.copy %}
variable "database_name" {
  type        = string
  description = "Database that the instance begins with. A change of it replaces the instance."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9_]{0,63}$", var.database_name))
    error_message = "A database's name has 1 to 64 letters, digits and underscores, and begins with a letter."
  }
}
# {% endif %}

variable "port" {
  type        = number
  description = "TCP port of the instance."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
  validation {
    condition     = var.port >= 1150 && var.port <= 65535
    error_message = "RDS listens on a port from 1150 to 65535."
  }
}

variable "parameter_group_name" {
  type        = string
  description = "Name of the parameter group."

  # AWS: CreateDBParameterGroup, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.parameter_group_name)) && length(var.parameter_group_name) <= 255
    error_message = "A parameter group's name has 1 to 255 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "parameter_group_family" {
  type        = string
  description = "Family of the parameter group, which is of the engine's major version: postgres17."
}

variable "parameters" {
  type = map(object({
    value        = string
    apply_method = string
  }))
  description = "Parameters by name, and when each takes effect."

  validation {
    condition     = alltrue([for parameter in var.parameters : contains(["immediate", "pending-reboot"], parameter.apply_method)])
    error_message = "A parameter is applied \"immediate\" (dynamic) or \"pending-reboot\" (static)."
  }
}

# {% if variant.copy %}
variable "largest_storage" {
  type        = number
  default     = null
  description = "GiB that the disk may grow to; it does not grow by itself when left out."
}
# {% else %}
variable "storage" {
  type = object({
    size       = number
    grow_to    = optional(number)
    iops       = optional(number)
    throughput = optional(number)
  })
  description = "The gp3 disk: GiB, GiB that it may grow to, operations and MiB a second beyond what gp3 has at that size."

  # AWS: "Amazon RDS DB instance storage", RDS User Guide: gp3.
  validation {
    condition     = var.storage.size >= 20 && var.storage.size <= 65536
    error_message = "A gp3 disk has 20 GiB to 64 TiB."
  }

  validation {
    condition     = var.storage.grow_to == null ? true : var.storage.grow_to > var.storage.size && var.storage.grow_to <= 65536
    error_message = "A disk grows to more than it has, up to 64 TiB."
  }
}
# {% endif %}

variable "master_username" {
  type        = string
  description = "Name of the master user."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
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

variable "subnet_group_name" {
  type        = string
  description = "Subnet group that the instance stands in."
}

variable "security_group_id" {
  type        = string
  description = "Security group that says who may connect."
}

variable "ca_identifier" {
  type        = string
  description = "Certificate authority of the instance's TLS certificate."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts storage, backups and insights; AWS's own when left out. A change of it replaces the instance."
}

# {% include "parts/log_exports_variables.tf" %}

variable "backup_retention_days" {
  type        = number
  description = "Days that a point in time can be restored from."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "RDS keeps backups for 1 to 35 days."
  }
}

variable "backup_window" {
  type        = string
  description = "Daily backup window in UTC, hh24:mi-hh24:mi."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_window))
    error_message = "The backup window has the form hh24:mi-hh24:mi in UTC."
  }
}

variable "maintenance_window" {
  type        = string
  description = "Weekly maintenance window in UTC, ddd:hh24:mi-ddd:hh24:mi."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_window))
    error_message = "The maintenance window has the form ddd:hh24:mi-ddd:hh24:mi in UTC."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether AWS refuses to delete the instance."
}

# {% if not variant.copy %}
variable "skip_final_snapshot" {
  type        = bool
  description = "Whether the instance goes without a last snapshot."
}

variable "final_snapshot_identifier" {
  type        = string
  description = "Name of the last snapshot."

  # AWS: DeleteDBInstance, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z](-?[a-zA-Z0-9])*$", var.final_snapshot_identifier)) && length(var.final_snapshot_identifier) <= 255
    error_message = "A snapshot's name has 1 to 255 letters, digits and single hyphens, and begins with a letter."
  }
}
# {% endif %}

variable "delete_automated_backups" {
  type        = bool
  description = "Whether its automated backups go with the instance, instead of staying until they expire."
}

variable "apply_immediately" {
  type        = bool
  description = "Whether changes that interrupt are made at once instead of in the maintenance window."
}

variable "performance_insights_retention_days" {
  type        = number
  default     = null
  description = "Days that performance data is kept: 7 costs nothing; null for none, on classes without Performance Insights."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
  validation {
    condition     = var.performance_insights_retention_days == null ? true : contains([7, 465, 731], var.performance_insights_retention_days) || (var.performance_insights_retention_days % 31 == 0 && var.performance_insights_retention_days >= 31 && var.performance_insights_retention_days <= 713)
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
