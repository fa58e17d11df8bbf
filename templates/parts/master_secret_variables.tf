# {# What the secret with the master password of a database is called, and how long it can be restored. #}
variable "master_secret_name" {
  type        = string
  description = "Name of the secret with the master user's password."

  # AWS: CreateSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.master_secret_name))
    error_message = "A secret's name has 1 to 512 letters, digits and / _ + = . @ -."
  }
}

variable "master_secret_description" {
  type        = string
  description = "What the secret is."
}

variable "master_password_version" {
  type        = number
  description = "Raised by one when the master password shall be drawn and set anew."
}

variable "master_recovery_window_in_days" {
  type        = number
  description = "Days in which the deleted secret can be restored: 7 to 30, or 0 for none."

  # AWS: DeleteSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = var.master_recovery_window_in_days == 0 || (var.master_recovery_window_in_days >= 7 && var.master_recovery_window_in_days <= 30)
    error_message = "A secret can be restored for 7 to 30 days, or not at all (0)."
  }
}
