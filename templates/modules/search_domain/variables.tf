variable "name" {
  type        = string
  description = "Name of the domain. A change of it replaces the domain."

  # AWS: CreateDomain, Amazon OpenSearch Service API Reference.
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,27}$", var.name))
    error_message = "A domain's name has 3 to 28 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "account_id" {
  type        = string
  description = "Account that it stands in, whose roles may be let in."
}

variable "region" {
  type        = string
  description = "Region that it stands in."
}

variable "engine_version" {
  type        = string
  description = "Version as AWS writes it: OpenSearch_2.19."

  validation {
    condition     = can(regex("^OpenSearch_[0-9]+[.][0-9]+$", var.engine_version))
    error_message = "A version is OpenSearch_ and two numbers: OpenSearch_2.19."
  }
}

variable "instance_type" {
  type        = string
  description = "Class of each data node: r6g.large.search."

  validation {
    condition     = can(regex("^[a-z0-9]+[.][a-z0-9]+[.]search$", var.instance_type))
    error_message = "A class has three parts: r6g.large.search."
  }
}

variable "instance_count" {
  type        = number
  description = "How many data nodes there are."
}

variable "zone_count" {
  type        = number
  description = "How many availability zones they are spread over."

  validation {
    condition     = var.zone_count >= 1 && var.zone_count <= 3
    error_message = "1 to 3."
  }
}

variable "standby" {
  type        = bool
  default     = false
  description = "Whether one of three zones stands by, and takes over when another one fails."
}

variable "masters" {
  type = object({
    instance_type  = string
    instance_count = number
  })
  default     = null
  description = "Dedicated master nodes; null for none."
}

variable "storage" {
  type = object({
    size       = number
    iops       = optional(number)
    throughput = optional(number)
  })
  default     = null
  description = "The gp3 volume of each data node: GiB, IOPS, MiB/s; null for classes with disks of their own."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Subnets that it stands in, one in each zone."
}

variable "security_group_id" {
  type        = string
  description = "Security group that says who may connect."
}

variable "service_linked_role_arn" {
  type        = string
  default     = null
  description = "Role with which AWS stands in the VPC, so that it is there before the domain; null where something else makes it."
}

variable "master_role_name" {
  type        = string
  description = "Name of the role that may do everything inside."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts disks and automated snapshots; AWS's own when left out. A change of it replaces the domain."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the log groups; AWS's own when left out."
}

variable "log_exports" {
  type = map(object({
    group     = string
    retention = number
  }))
  default     = {}
  description = "Logs that go to CloudWatch, as AWS calls them: the group of each, and the days that it is kept."
}

variable "saml" {
  type = object({
    entity_id               = string
    metadata_content        = string
    master_backend_role     = string
    roles_key               = string
    session_timeout_minutes = number
  })
  default     = null
  description = "Identity provider at which people sign in to Dashboards, and the group that may do everything; null for none."
}

variable "off_peak_start" {
  type        = string
  description = "When the ten hours begin in which AWS may update it, in UTC: 13:00."

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", var.off_peak_start))
    error_message = "A time of the day has the form hh24:mi."
  }
}

variable "auto_update" {
  type        = bool
  description = "Whether AWS installs optional updates of its software by itself, in these hours."
}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
# {% include "parts/role_boundary_variable.tf" %}
