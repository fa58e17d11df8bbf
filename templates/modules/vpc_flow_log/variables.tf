variable "name" {
  type        = string
  description = "Name of the flow log."
}

variable "vpc_id" {
  type        = string
  description = "VPC whose traffic is recorded."
}

variable "account_id" {
  type        = string
  description = "Account that the VPC belongs to."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An AWS account id has twelve digits."
  }
}

variable "region" {
  type        = string
  description = "Region of the VPC."
}

variable "log_group_name" {
  type        = string
  description = "Log group that receives the records."

  # AWS: CreateLogGroup, CloudWatch Logs API Reference.
  validation {
    condition     = can(regex("^[.\\-_/#A-Za-z0-9]{1,512}$", var.log_group_name))
    error_message = "A log group's name has 1 to 512 letters, digits and . - _ / #."
  }
}

variable "role_name" {
  type        = string
  description = "IAM role that the flow log writes with."

  # AWS: "IAM and AWS STS quotas", IAM User Guide.
  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "An IAM role's name has 1 to 64 letters, digits and + = , . @ - _."
  }
}

variable "retention_in_days" {
  type        = number
  description = "Days that the records are kept."

  # AWS: PutRetentionPolicy, CloudWatch Logs API Reference.
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.retention_in_days)
    error_message = "CloudWatch Logs keeps events for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the log group; null for CloudWatch's own."
}

variable "aggregation_seconds" {
  type        = number
  description = "Longest time between a packet and its record."

  # AWS: CreateFlowLogs, Amazon EC2 API Reference.
  validation {
    condition     = contains([60, 600], var.aggregation_seconds)
    error_message = "Flow logs aggregate over 60 or 600 seconds."
  }
}
# {% include "parts/role_boundary_variable.tf" %}
