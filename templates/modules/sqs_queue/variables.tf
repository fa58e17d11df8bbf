variable "name" {
  type        = string
  description = "Name of the queue; that of a FIFO queue ends in .fifo."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}([.]fifo)?$", var.name)) && length(var.name) <= 80
    error_message = "A queue name has 1 to 80 letters, digits, hyphens and underscores, and ends in .fifo if it is FIFO."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the messages; null for SQS's own."
}

variable "retention_seconds" {
  type        = number
  description = "Seconds that a message waits at most."

  validation {
    condition     = var.retention_seconds >= 60 && var.retention_seconds <= 1209600
    error_message = "1 minute to 14 days."
  }
}

variable "visibility_timeout_seconds" {
  type        = number
  description = "Seconds that a received message stays hidden; longer than handling it takes."

  validation {
    condition     = var.visibility_timeout_seconds >= 0 && var.visibility_timeout_seconds <= 43200
    error_message = "0 seconds to 12 hours."
  }
}

variable "delay_seconds" {
  type        = number
  default     = 0
  description = "Seconds that a new message is held back."

  validation {
    condition     = var.delay_seconds >= 0 && var.delay_seconds <= 900
    error_message = "0 to 900 seconds."
  }
}

variable "fifo" {
  type = object({
    content_based_deduplication = bool
    high_throughput             = bool
  })
  default     = null
  description = "How a FIFO queue tells messages apart, and whether its limits hold for each message group; null for a standard queue."
}

variable "dead_letters" {
  type = object({
    arn               = string
    max_receive_count = number
  })
  default     = null
  description = "The dead-letter queue, and how often a message is received before it moves there; null for none."
}
