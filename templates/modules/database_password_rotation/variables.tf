variable "name" {
  type        = string
  description = "Name of the function."

  # AWS: CreateFunction, AWS Lambda API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "A function name has 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "role_name" {
  type        = string
  description = "Name of the role that its code runs as."

  validation {
    condition     = length(var.role_name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}

variable "account_id" {
  type        = string
  description = "Account of the secret."
}

variable "kind" {
  type        = string
  description = "instance, or cluster."

  validation {
    condition     = contains(["cluster", "instance"], var.kind)
    error_message = "A database is an instance or a cluster."
  }
}

variable "database_identifier" {
  type        = string
  description = "Identifier of the instance or the cluster."
}

variable "database_arn" {
  type        = string
  description = "ARN of the instance or the cluster."
}

variable "secret_arn" {
  type        = string
  description = "ARN of the secret with the name and the password of the master user."
}

variable "days" {
  type        = number
  description = "How long a password is in use."

  # AWS: RotationRulesType, AWS Secrets Manager API Reference.
  validation {
    condition     = var.days >= 1 && var.days <= 1000
    error_message = "A secret is rotated every 1 to 1000 days."
  }
}

variable "log_retention_in_days" {
  type        = number
  description = "Days that its output is kept."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts its log; null for CloudWatch's own."
}

variable "secrets_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the secret; null for Secrets Manager's own."
}
# {% include "parts/role_boundary_variable.tf" %}
