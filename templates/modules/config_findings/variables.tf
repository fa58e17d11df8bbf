variable "system" {
  type        = string
  description = "What messages call the system, with its environment."
}

variable "region" {
  type        = string
  description = "Region of the recorder."
}

variable "recorder_name" {
  type        = string
  description = "Name of the recorder, with which those of its rules begin."
}

variable "rule_name" {
  type        = string
  description = "Name of EventBridge's rule."

  # PutRule, Amazon EventBridge API Reference.
  validation {
    condition     = can(regex("^[.A-Za-z0-9_-]{1,64}$", var.rule_name))
    error_message = "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}

variable "topic_arn" {
  type        = string
  description = "Topic that hears of it."
}
