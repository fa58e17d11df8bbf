variable "cluster_identifier" {
  type        = string
  description = "Identifier of the cluster. A change of it replaces the cluster."

  # AWS: CreateDBCluster, Amazon DocumentDB Developer Guide, API reference.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.cluster_identifier)) && length(var.cluster_identifier) <= 63
    error_message = "A cluster's identifier has 1 to 63 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "description" {
  type        = string
  description = "What the cluster is for, as its parameter group says it."
}

variable "engine_version" {
  type        = string
  description = "Version of the engine as AWS writes it: 5.0.0."

  validation {
    condition     = can(regex("^[0-9]+[.][0-9]+[.][0-9]+$", var.engine_version))
    error_message = "A version is three numbers with dots: 5.0.0."
  }
}

variable "instance_class" {
  type        = string
  description = "Instance class: db.t4g.micro."

  validation {
    condition     = can(regex("^db[.][a-z0-9]+[.][a-z0-9]+$", var.instance_class))
    error_message = "An instance class has three parts: db.t4g.micro."
  }
}

variable "instances" {
  type = map(object({
    identifier        = string
    availability_zone = string
    promotion_tier    = number
  }))
  description = "The writer and the readers, by role. Who has the lowest tier is promoted first."

  # AWS: "Amazon DocumentDB quotas and limits", DocumentDB Developer Guide: 16 instances a cluster.
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

variable "port" {
  type        = number
  description = "TCP port of the cluster."

  # AWS: CreateDBCluster, Amazon DocumentDB Developer Guide, API reference.
  validation {
    condition     = var.port >= 1150 && var.port <= 65535
    error_message = "DocumentDB listens on a port from 1150 to 65535."
  }
}

variable "parameter_group_name" {
  type        = string
  description = "Name of the parameter group."

  # AWS: CreateDBParameterGroup, Amazon DocumentDB Developer Guide, API reference.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.parameter_group_name)) && length(var.parameter_group_name) <= 255
    error_message = "A parameter group's name has 1 to 255 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "parameter_group_family" {
  type        = string
  description = "Family of the parameter group, which is of the engine's major version: docdb5.0."
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

variable "master_username" {
  type        = string
  description = "Name of the master user. A change of it replaces the cluster."

  # AWS: CreateDBCluster, Amazon DocumentDB Developer Guide, API reference.
  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9]{0,62}$", var.master_username))
    error_message = "A master user's name has 1 to 63 letters and digits, and begins with a letter."
  }
}

# {% if not variant.managed_password %}
# {% include "parts/master_secret_variables.tf" %}

variable "secrets_kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the master password; AWS's own when left out."
}
# {% endif %}

variable "subnet_group_name" {
  type        = string
  description = "Subnet group that the instances stand in."
}

variable "security_group_id" {
  type        = string
  description = "Security group that says who may connect."
}

variable "ca_identifier" {
  type        = string
  description = "Certificate authority of the instances' TLS certificates."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts storage and backups; AWS's own when left out. A change of it replaces the cluster."
}

# {% include "parts/log_exports_variables.tf" %}

variable "backup_retention_days" {
  type        = number
  description = "Days that a point in time can be restored from."

  # AWS: CreateDBCluster, Amazon DocumentDB Developer Guide, API reference.
  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "DocumentDB keeps backups for 1 to 35 days."
  }
}

variable "backup_window" {
  type        = string
  description = "Daily backup window in UTC, hh24:mi-hh24:mi."

  # AWS: CreateDBCluster, Amazon DocumentDB Developer Guide, API reference.
  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_window))
    error_message = "The backup window has the form hh24:mi-hh24:mi in UTC."
  }
}

variable "maintenance_window" {
  type        = string
  description = "Weekly maintenance window in UTC, ddd:hh24:mi-ddd:hh24:mi."

  # AWS: CreateDBCluster, Amazon DocumentDB Developer Guide, API reference.
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

  # AWS: DeleteDBCluster, Amazon DocumentDB Developer Guide, API reference.
  validation {
    condition     = can(regex("^[a-zA-Z](-?[a-zA-Z0-9])*$", var.final_snapshot_identifier)) && length(var.final_snapshot_identifier) <= 255
    error_message = "A snapshot's name has 1 to 255 letters, digits and single hyphens, and begins with a letter."
  }
}

variable "apply_immediately" {
  type        = bool
  description = "Whether changes that interrupt are made at once instead of in the maintenance window."
}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
