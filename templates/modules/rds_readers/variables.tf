variable "readers" {
  type        = map(string)
  description = "Identifiers of the readers, by role."

  # AWS: "Working with DB instance read replicas", RDS User Guide: at most 15 of one instance.
  validation {
    condition     = length(var.readers) <= 15
    error_message = "An instance has at most 15 readers."
  }

  validation {
    condition     = alltrue([for identifier in var.readers : can(regex("^[a-z](-?[a-z0-9])*$", identifier)) && length(identifier) <= 63])
    error_message = "An instance's identifier has 1 to 63 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "zones" {
  type        = map(string)
  default     = {}
  description = "Availability zones of the readers, by role; AWS chooses one for each that is not named."
}

variable "source_identifier" {
  type        = string
  description = "Identifier of the instance that they read from."
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

variable "parameter_group_name" {
  type        = string
  description = "Parameter group of the instance that they read from."
}

variable "largest_storage" {
  type        = number
  default     = null
  description = "GiB that their disks may grow to; null where they do not grow."
}

variable "security_group_id" {
  type        = string
  description = "Security group that says who may connect."
}

variable "ca_identifier" {
  type        = string
  description = "Certificate authority of the readers' TLS certificates."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts insights; AWS's own when left out. Storage has the key of the source."
}

# {% include "parts/log_exports_variables.tf" %}

variable "maintenance_window" {
  type        = string
  description = "Weekly maintenance window in UTC, ddd:hh24:mi-ddd:hh24:mi."

  # AWS: CreateDBInstance, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_window))
    error_message = "The maintenance window has the form ddd:hh24:mi-ddd:hh24:mi in UTC."
  }
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
