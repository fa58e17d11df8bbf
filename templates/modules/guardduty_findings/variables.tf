variable "system" {
  type        = string
  description = "What messages call the system, with its environment."
}

variable "region" {
  type        = string
  description = "Region of the detector."
}

variable "findings" {
  type = map(object({
    rule_name = string
    topic_arn = string
    least     = number
    below     = number
  }))
  description = "Levels of alarms that hear of findings: the name of the rule, the topic that it writes to, the least severity, and what each is below."

  # PutRule, Amazon EventBridge API Reference.
  validation {
    condition     = alltrue([for found in var.findings : can(regex("^[.A-Za-z0-9_-]{1,64}$", found.rule_name))])
    error_message = "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}
