variable "name" {
  type        = string
  description = "Name of the replication group, and of its subnet group."

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", var.name)) && !strcontains(var.name, "--")
    error_message = "1 to 40 lower-case letters, digits and single hyphens, a letter first and no hyphen last."
  }
}

variable "description" {
  type        = string
  description = "What it is."
}

variable "engine" {
  type        = string
  description = "The engine: valkey or redis."

  validation {
    condition     = contains(["redis", "valkey"], var.engine)
    error_message = "valkey or redis."
  }
}

variable "engine_version" {
  type        = string
  description = "The engine's version."
}

variable "node_type" {
  type        = string
  description = "The type of each node: cache.t4g.micro."
}

variable "replicas" {
  type        = number
  description = "Nodes beside the primary one, of each shard."

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 5
    error_message = "0 to 5."
  }
}

variable "shards" {
  type        = number
  default     = null
  description = "How many shards keys are spread over, in cluster mode; null without it."
}

variable "parameter_group_family" {
  type        = string
  description = "Family of the engine's settings: valkey8."
}

variable "parameters" {
  type        = map(string)
  default     = {}
  description = "The engine's settings that differ from AWS's."
}

variable "port" {
  type        = number
  description = "Port that it listens on."
}

# {% if environment.network.only_zone %}
variable "availability_zones" {
  type        = list(string)
  default     = null
  description = "Zone of each node; null where AWS chooses."
}

# {% endif %}
variable "subnet_ids" {
  type        = list(string)
  description = "Subnets of its nodes."
}

variable "security_group_ids" {
  type        = list(string)
  description = "Security groups of its nodes."
}

variable "user_group_ids" {
  type        = list(string)
  default     = null
  description = "Groups of the users that may sign in; null lets in everybody who reaches it."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts disks and snapshots; null for ElastiCache's own."
}

variable "maintenance_window" {
  type        = string
  description = "When AWS may restart nodes, in UTC: sun:05:00-sun:06:00."
}

variable "apply_immediately" {
  type        = bool
  description = "Whether changes happen at once and not in the maintenance window."
}

variable "snapshots" {
  type = object({
    retention_days = number
    window         = optional(string)
  })
  default     = { retention_days = 0 }
  description = "Days that automatic snapshots are kept, and when they are made, in UTC; 0 days for none."
}

variable "final_snapshot_identifier" {
  type        = string
  default     = null
  description = "Name of the snapshot that stays when it is deleted; null for none."
}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
