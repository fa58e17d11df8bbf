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
  description = "ARN of the Cloud Map namespace that Service Connect uses when a service names none."
}

variable "container_insights" {
  type        = string
  description = "Level of Container Insights: enabled (cluster and service) or enhanced (task and container too)."

  validation {
    condition     = contains(["enabled", "enhanced"], var.container_insights)
    error_message = "Container Insights is enabled or enhanced: the alarms need its metrics."
  }
}

variable "exec_log_group_name" {
  type        = string
  description = "Name of the log group that records ECS Exec sessions."
}

variable "exec_log_retention_in_days" {
  type        = number
  description = "Days that the record of an ECS Exec session is kept."
}

variable "exec_kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the data of an ECS Exec session."
}

variable "logs_kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the log group."
}
