# {% if variant.events %}
variable "name" {
  type        = string
  description = "Name of the dead-letter queue."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}$", var.name))
    error_message = "A queue name has 1 to 80 letters, digits, hyphens and underscores."
  }
}

variable "rule_arns" {
  type        = list(string)
  default     = []
  description = "ARNs of the EventBridge rules that may send the events here that they could not hand over."
}

# {% else %}
variable "name" {
  type        = string
  description = "Name of the dead-letter queue; that of a FIFO queue ends in .fifo."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}([.]fifo)?$", var.name)) && length(var.name) <= 80
    error_message = "A queue name has 1 to 80 letters, digits, hyphens and underscores, and ends in .fifo if it is FIFO."
  }
}

variable "source_arn" {
  type        = string
  description = "ARN of the only queue whose messages may be moved here."
}

variable "fifo" {
  type        = bool
  default     = false
  description = "Whether the source is a FIFO queue: its dead-letter queue has to be one, too."
}

# {% endif %}
variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the messages; null for SQS's own."
}

variable "retention_seconds" {
  type        = number
  description = "Seconds that a message is kept, counted from when it was first sent."

  validation {
    condition     = var.retention_seconds >= 60 && var.retention_seconds <= 1209600
    error_message = "1 minute to 14 days."
  }
}
