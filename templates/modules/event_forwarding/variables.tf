variable "name" {
  type        = string
  description = "Name of the rule, and of the role."

  # PutRule, Amazon EventBridge API Reference.
  validation {
    condition     = can(regex("^[.A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}

variable "account_id" {
  type        = string
  description = "Account of both event buses."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "source_name" {
  type        = string
  description = "Service of AWS whose events are sent on, aws.acm."
}

variable "only" {
  type        = any
  description = "What else the pattern of its events has, {detail = {CommonName = [...]}}: other environments send on their own."
}

variable "to_region" {
  type        = string
  description = "Region that they are sent on to."
}
# {% include "parts/role_boundary_variable.tf" %}
