variable "name" {
  type        = string
  description = "Name of the topic."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.name))
    error_message = "A topic name has 1 to 256 letters, digits, hyphens and underscores."
  }
}

variable "account_id" {
  type        = string
  description = "Account whose alarms may publish."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "publishers" {
  type        = map(string)
  default     = { AllowAlarmsOfThisAccount = "cloudwatch.amazonaws.com" }
  description = "Services that may publish, by the name of their statement."
}

# {% if variant.level %}
variable "addresses" {
  type        = set(string)
  default     = []
  description = "E-mail addresses that are written to."

  validation {
    condition     = alltrue([for address in var.addresses : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "An e-mail address has one @ and no spaces."
  }
}

# {% endif %}
variable "kms_key_arn" {
  type    = string
  default = null
  # {% if variant.level %}
  description = "ARN of the KMS key that encrypts the messages, whose policy lets the publishers use it; null for none: CloudWatch could not publish under SNS's own key."
  # {% else %}
  description = "ARN of the KMS key that encrypts the messages, whose policy lets CloudWatch use it; null for none: CloudWatch could not publish under SNS's own key."
  # {% endif %}
}
