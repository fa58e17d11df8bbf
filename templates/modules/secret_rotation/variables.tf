variable "secret_arn" {
  type        = string
  description = "ARN of the secret."
}

variable "function_arn" {
  type        = string
  description = "ARN of the function that rotates it."
}

variable "function_name" {
  type        = string
  description = "Name of the function that rotates it."
}

variable "statement_id" {
  type        = string
  description = "Id of the statement in the function's policy that lets Secrets Manager invoke it for this secret."

  # AWS: AddPermission, AWS Lambda API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,100}$", var.statement_id))
    error_message = "A statement's id has 1 to 100 letters, digits, hyphens and underscores."
  }
}

variable "account_id" {
  type        = string
  description = "Account of the secret."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "days" {
  type        = number
  description = "Days from one rotation to the next."

  # AWS: RotationRulesType, AWS Secrets Manager API Reference.
  validation {
    condition     = var.days >= 1 && var.days <= 1000
    error_message = "1 to 1,000 days."
  }
}
