variable "name" {
  type        = string
  default     = null
  description = "Name of the bus; null for rules on the account's default one."

  # AWS: CreateEventBus, Amazon EventBridge API Reference; AWS's own begin with aws.
  validation {
    condition     = var.name == null || can(regex("^[A-Za-z0-9._-]{1,256}$", var.name)) && !startswith(coalesce(var.name, "-"), "aws.") && var.name != "default"
    error_message = "A bus's name has 1 to 256 letters, digits, dots, hyphens and underscores, and is neither default nor one of AWS's."
  }
}

variable "account_id" {
  type        = string
  default     = null
  description = "Account that it is in; null without rules."
}

variable "role_name" {
  type        = string
  default     = null
  description = "Name of the role with which its rules start what they lead to; null without rules."

  validation {
    condition     = length(var.rules) == 0 || try(length(var.role_name) <= 64, false)
    error_message = "A role name has at most 64 characters."
  }
}

variable "rules" {
  type = map(object({
    name          = string
    description   = string
    event_pattern = string
    targets = map(object({
      arn = string
      task = optional(object({
        task_definition_arn = string
        capacity_provider   = string
        subnet_ids          = list(string)
        security_group_ids  = list(string)
        assign_public_ip    = bool
      }))
    }))
  }))
  default     = {}
  description = "Which events go where, by name: a pattern as JSON, and targets by their ids; of a job, how its task is run."

  # AWS: PutRule and PutTargets, Amazon EventBridge API Reference.
  validation {
    condition     = alltrue([for rule in var.rules : can(regex("^[A-Za-z0-9._-]{1,64}$", rule.name)) && length(rule.event_pattern) <= 4096 && length(rule.targets) <= 5])
    error_message = "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores, its pattern 4096 characters, and it has 5 targets at most."
  }
}

# {% include "parts/policies_variable.tf" %}

variable "dead_letter_arn" {
  type        = string
  default     = null
  description = "ARN of the queue of what could not be handed over; null without rules."
}

variable "maximum_retry_attempts" {
  type        = number
  default     = 185
  description = "How often an event is tried again that a target did not take."

  # AWS: RetryPolicy, Amazon EventBridge API Reference.
  validation {
    condition     = var.maximum_retry_attempts >= 0 && var.maximum_retry_attempts <= 185
    error_message = "EventBridge tries again up to 185 times."
  }
}

variable "maximum_event_age_in_seconds" {
  type        = number
  default     = 86400
  description = "Seconds after which an event is given up."

  # AWS: RetryPolicy, Amazon EventBridge API Reference.
  validation {
    condition     = var.maximum_event_age_in_seconds >= 60 && var.maximum_event_age_in_seconds <= 86400
    error_message = "EventBridge keeps an event for 1 minute to 24 hours."
  }
}
# {% include "parts/role_boundary_variable.tf" %}
