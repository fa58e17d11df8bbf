variable "name" {
  type        = string
  description = "Name of the secret."

  # AWS: CreateSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9/_+=.@-]{1,512}$", var.name))
    error_message = "A secret's name has 1 to 512 ASCII letters, digits and / _ + = . @ -."
  }
}

variable "description" {
  type        = string
  description = "Whose password the secret holds."

  validation {
    condition     = length(var.description) <= 2048
    error_message = "A secret's description has at most 2048 characters."
  }
}

variable "username" {
  type        = string
  description = "Database user of the password."
}

variable "password_version" {
  type        = number
  description = "Raised by one when a new password shall be drawn."

  validation {
    condition     = var.password_version >= 1 && var.password_version == floor(var.password_version)
    error_message = "Versions count from 1."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "Key that encrypts the secret."
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
