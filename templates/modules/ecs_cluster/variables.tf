variable "name" {
  type        = string
  description = "Name of the cluster."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "A cluster name has 1 to 255 letters, digits, hyphens and underscores."
  }
}

variable "namespace_arn" {
  type        = string
  default     = null
  description = "ARN of the Cloud Map namespace that Service Connect uses when a service names none; null for none."
}

variable "container_insights" {
  type        = string
  description = "Level of Container Insights: disabled, enabled (cluster and service) or enhanced (task and container too)."

  # AWS: ClusterSetting, Amazon ECS API Reference.
  validation {
    condition     = contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = "Container Insights is disabled, enabled or enhanced."
  }
}

variable "exec_log_group_name" {
  type        = string
  default     = null
  description = "Name of the log group that records ECS Exec sessions; null where nobody opens one."
}

variable "exec_log_retention_in_days" {
  type        = number
  default     = null
  description = "Days that the record of an ECS Exec session is kept."

  validation {
    condition     = var.exec_log_group_name == null || var.exec_log_retention_in_days != null
    error_message = "The record of sessions is kept for so many days."
  }
}

variable "exec_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the data of an ECS Exec session, besides TLS; null for TLS alone."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the log group; null for CloudWatch's own."
}
