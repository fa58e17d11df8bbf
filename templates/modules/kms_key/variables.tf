variable "name" {
  type        = string
  description = "Alias of the key, without the prefix alias/."

  # AWS: CreateAlias, AWS KMS API Reference: 256 characters with the prefix, and aws/ is reserved.
  validation {
    condition     = can(regex("^[a-zA-Z0-9/_-]{1,250}$", var.name)) && !startswith(var.name, "aws/")
    error_message = "An alias has at most 250 letters, digits and / _ -, and does not begin with aws/."
  }
}

variable "description" {
  type        = string
  description = "What the key encrypts."

  validation {
    condition     = length(var.description) <= 8192
    error_message = "A key's description has at most 8192 characters."
  }
}

variable "account_id" {
  type        = string
  description = "Account that the key belongs to."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An AWS account id has twelve digits."
  }
}

variable "deletion_window_in_days" {
  type        = number
  description = "Days between a deletion and the loss of everything the key encrypts."

  # AWS: ScheduleKeyDeletion, AWS KMS API Reference.
  validation {
    condition     = var.deletion_window_in_days >= 7 && var.deletion_window_in_days <= 30
    error_message = "KMS waits 7 to 30 days before it deletes a key."
  }
}

variable "service_grants" {
  type = map(object({
    principal = string
    actions   = list(string)
    condition = object({
      test     = string
      variable = string
      value    = string
    })
  }))
  description = "AWS services that use the key by themselves, each under a condition, by statement id; empty when only IAM roles use it."
}
