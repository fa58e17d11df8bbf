variable "users" {
  type = map(object({
    secret_name      = string
    description      = string
    password_version = number # raised by one when this user shall have a new password
  }))
  description = "Secrets by the database user whose password they have."

  # AWS: CreateSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = alltrue([for user in var.users : can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", user.secret_name))])
    error_message = "A secret's name has 1 to 512 letters, digits and / _ + = . @ -."
  }

  validation {
    condition = alltrue([
      for user in var.users : user.password_version >= 1 && user.password_version == floor(user.password_version)
    ])
    error_message = "Versions count from 1."
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

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the secrets; AWS's own when left out."
}
# {% if variant.replicated %}

variable "replica_region" {
  type        = string
  description = "Region that has replicas of the secrets."
}
# {% endif %}
# {% if variant.urls %}

variable "urls" {
  type        = map(string)
  description = "Addresses in each secret by their key there, in which %s stands for user and password; of a new number."
}
# {% endif %}
