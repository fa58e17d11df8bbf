variable "name" {
  type        = string
  description = "Name of the bucket."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.name))
    error_message = "A bucket name has 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "key_alias" {
  type        = string
  description = "Alias of the key that states are encrypted with, without the prefix alias/."

  # AWS: CreateAlias, AWS KMS API Reference: 256 characters with the prefix, and aws/ is reserved.
  validation {
    condition     = can(regex("^[a-zA-Z0-9/_-]{1,250}$", var.key_alias)) && !startswith(var.key_alias, "aws/")
    error_message = "An alias has at most 250 letters, digits and / _ -, and does not begin with aws/."
  }
}

variable "account_id" {
  type        = string
  description = "Account that the bucket and the key belong to."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An AWS account id has twelve digits."
  }
}

variable "noncurrent_days" {
  type        = number
  description = "Days that a former version of a state can be brought back."

  validation {
    condition     = var.noncurrent_days >= 1
    error_message = "At least one day."
  }
}
