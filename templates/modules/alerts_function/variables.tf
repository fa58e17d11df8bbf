variable "name" {
  type        = string
  description = "Name of the function; its dead-letter queue ends in -dead-letters."

  # AWS: CreateFunction, AWS Lambda API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "A function name has 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "role_name" {
  type        = string
  description = "Name of the role that its code runs as."

  validation {
    condition     = length(var.role_name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}

variable "system" {
  type        = string
  description = "What messages call the system, with its environment."
}

variable "deliveries" {
  type = map(object({
    topic_arn            = string
    pagerduty_secret_arn = optional(string)
    slack_secret_arn     = optional(string)
  }))
  description = "By level of alarms: the topic that starts the function, and the secrets with the routing key of PagerDuty and the URL of Slack's webhook, where it tells them."
}

variable "failures_topic_arn" {
  type        = string
  description = "Topic that hears of what could not be delivered."
}

variable "log_retention_in_days" {
  type        = number
  description = "Days that its output is kept."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts its log; null for CloudWatch's own."
}

variable "messages_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the dead-letter queue; null for SQS's own."
}

variable "secrets_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the secrets; null for Secrets Manager's own."
}
# {% include "parts/role_boundary_variable.tf" %}
