variable "name" {
  type        = string
  description = "Name of the plan and of what it selects."

  # AWS: BackupSelection, AWS Backup API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{1,50}$", var.name))
    error_message = "A plan's name has at most 50 letters, digits and - _ . characters."
  }
}

variable "database_arn" {
  type        = string
  description = "ARN of the database."
}

variable "role_arn" {
  type        = string
  description = "ARN of the role that takes the snapshots."
}

variable "vault_name" {
  type        = string
  description = "Name of the vault that they lie in."
}

variable "schedules" {
  type = map(object({
    cron           = string
    retention_days = number
  }))
  description = "When backups are taken, in six fields, and the days that each is kept, by name."
}

variable "time_zone" {
  type        = string
  description = "IANA time zone that the schedules are in."
}
