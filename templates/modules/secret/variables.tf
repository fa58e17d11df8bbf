variable "name" {
  type        = string
  description = "Name of the secret."

  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.name))
    error_message = "A secret's name has 1 to 512 letters, digits and /_+=.@- characters."
  }
}

variable "description" {
  type        = string
  description = "What it is."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts it; null for Secrets Manager's own."
}

variable "recovery_window_in_days" {
  type        = number
  description = "Days that it can be restored after it was deleted; 0 deletes it at once."

  validation {
    condition     = var.recovery_window_in_days == 0 || (var.recovery_window_in_days >= 7 && var.recovery_window_in_days <= 30)
    error_message = "0, or 7 to 30 days."
  }
}
# {% if variant.replicated %}

variable "replica_region" {
  type        = string
  description = "Region that has a replica of it."
}
# {% endif %}
