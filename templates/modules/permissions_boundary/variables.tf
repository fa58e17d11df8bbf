variable "name" {
  type        = string
  description = "Name of the policy."

  # AWS: "IAM and AWS STS quotas", IAM User Guide.
  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,128}$", var.name))
    error_message = "A policy name has at most 128 letters, digits and + = , . @ _ -."
  }
}

variable "description" {
  type        = string
  description = "What the policy bounds."
}

variable "policy" {
  type        = string
  description = "The policy, as JSON."

  # AWS: "IAM and AWS STS quotas", IAM User Guide: white space is not counted, and jsonencode writes none.
  validation {
    condition     = length(var.policy) <= 6144
    error_message = "A managed policy has at most 6,144 characters: use fewer services, or ask for less of each."
  }
}
