variable "name" {
  type        = string
  description = "Name of the queue."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}$", var.name))
    error_message = "A queue name has 1 to 80 letters, digits, hyphens and underscores."
  }
}

variable "dead_letter_name" {
  type        = string
  description = "Name of the dead-letter queue."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}$", var.dead_letter_name))
    error_message = "A queue name has 1 to 80 letters, digits, hyphens and underscores."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the events; null for SQS's own."
}

variable "visibility_timeout_seconds" {
  type        = number
  description = "Seconds that a received event stays hidden; longer than its processing takes."

  validation {
    condition     = var.visibility_timeout_seconds >= 0 && var.visibility_timeout_seconds <= 43200
    error_message = "0 seconds to 12 hours."
  }
}

variable "retention_seconds" {
  type        = number
  description = "Seconds that an event waits for its consumer."

  validation {
    condition     = var.retention_seconds >= 60 && var.retention_seconds <= 1209600
    error_message = "1 minute to 14 days."
  }
}

variable "dead_letter_retention" {
  type        = number
  description = "Seconds that an event which could not be handled is kept, counted from when it was sent: time to repair and have it tried again."

  validation {
    condition     = var.dead_letter_retention >= 60 && var.dead_letter_retention <= 1209600
    error_message = "1 minute to 14 days."
  }
}

variable "max_receives" {
  type        = number
  description = "How often an event is tried before it moves to the dead-letter queue."

  validation {
    condition     = var.max_receives >= 1 && var.max_receives <= 1000
    error_message = "1 to 1000."
  }
}
