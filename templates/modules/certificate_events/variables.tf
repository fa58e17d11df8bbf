variable "system" {
  type        = string
  description = "What messages call the system, with its environment."
}

variable "rule_name" {
  type        = string
  description = "Name of the rule."

  # PutRule, Amazon EventBridge API Reference.
  validation {
    condition     = can(regex("^[.A-Za-z0-9_-]{1,64}$", var.rule_name))
    error_message = "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}

variable "topic_arn" {
  type        = string
  description = "ARN of the topic that people hear of it by."
}

variable "names" {
  type        = list(string)
  default     = []
  description = "Common names of certificates that ACM made."
}

variable "domain" {
  type        = string
  default     = null
  description = "Domain below which all certificates of the private CA are."
}

variable "arns" {
  type        = list(string)
  default     = []
  description = "Certificates that somebody else brought to ACM."
}
