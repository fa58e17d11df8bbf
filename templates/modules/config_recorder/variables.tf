variable "name" {
  type        = string
  description = "Name of the recorder and of the delivery channel; the rules' begin with it."

  # AWS: ConfigurationRecorder, AWS Config API Reference.
  validation {
    condition     = can(regex("^[^\\s].{0,255}$", var.name))
    error_message = "A recorder's name has 1 to 256 characters."
  }
}

variable "role_name" {
  type        = string
  description = "Name of the role with which AWS Config reads and writes."

  # AWS: CreateRole, AWS Identity and Access Management API Reference.
  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "A role name has 1 to 64 letters, digits and the characters _+=,.@-."
  }
}

variable "bucket_name" {
  type        = string
  description = "Name of the bucket."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket name has 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "account_id" {
  type        = string
  description = "Account whose resources are recorded."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "recording_frequency" {
  type        = string
  description = "CONTINUOUS for each change, DAILY for what differs from the day before."

  # AWS: RecordingMode, AWS Config API Reference.
  validation {
    condition     = contains(["CONTINUOUS", "DAILY"], var.recording_frequency)
    error_message = "It is CONTINUOUS or DAILY."
  }
}

variable "global_resources" {
  type        = bool
  description = "Whether IAM's users, groups, roles and policies are recorded: in one region of an account."
}

variable "rules" {
  type        = map(string)
  description = "Identifiers of AWS's managed rules, by the ends of their names."
}

variable "retention_in_days" {
  type        = number
  description = "Days that the record is kept, by AWS Config and in the bucket."

  # AWS: RetentionConfiguration, AWS Config API Reference.
  validation {
    condition     = var.retention_in_days >= 30 && var.retention_in_days <= 2557
    error_message = "30 to 2,557 days."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the record; null for S3's own."
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the bucket also deletes the record in it."
}
# {% include "parts/role_boundary_variable.tf" %}
