variable "name" {
  type        = string
  description = "Name of the function."

  # AWS: CreateFunction, AWS Lambda API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "A function name has 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "user_id" {
  type        = string
  description = "Id of the user, and of its group."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.user_id))
    error_message = "1 to 40 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "engine" {
  type        = string
  description = "The cache's engine: valkey or redis."

  validation {
    condition     = contains(["redis", "valkey"], var.engine)
    error_message = "valkey or redis."
  }
}

variable "secret_name" {
  type        = string
  description = "Name of the secret with the token."

  # AWS: CreateSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.secret_name))
    error_message = "A secret's name has 1 to 512 letters, digits and / _ + = . @ -."
  }
}

variable "recovery_window_in_days" {
  type        = number
  description = "Days that a deleted secret can be restored; 0 deletes at once."

  # AWS: DeleteSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = var.recovery_window_in_days == 0 || (var.recovery_window_in_days >= 7 && var.recovery_window_in_days <= 30)
    error_message = "Secrets Manager keeps a deleted secret for 7 to 30 days, or not at all (0)."
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

variable "days" {
  type        = number
  description = "How long a token is the current one; it is good for as long again."

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
