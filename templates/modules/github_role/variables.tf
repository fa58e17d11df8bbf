variable "name" {
  type        = string
  description = "Name of the role."

  # AWS: "IAM and AWS STS quotas", IAM User Guide.
  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "A role name has at most 64 letters, digits and + = , . @ _ -."
  }
}

variable "description" {
  type        = string
  description = "What the role is for."
}

variable "oidc_provider_arn" {
  type        = string
  description = "ARN of GitHub as an identity provider of the account."
}

variable "subjects" {
  type        = list(string)
  description = "Subjects of the tokens that may take the role, each whole."

  validation {
    condition     = length(var.subjects) > 0 && alltrue([for subject in var.subjects : can(regex("^repo:[^*?]+$", subject))])
    error_message = "A subject begins with repo: and has no wildcard."
  }
}

variable "git_ref" {
  type        = string
  description = "The only git ref whose jobs may take the role; null when the subjects say enough."
}

variable "permissions_boundary_arn" {
  type        = string
  description = "ARN of the policy that the role never gets beyond."
}

variable "policies" {
  type        = map(string)
  description = "Inline policies by name, as JSON."
}

variable "managed_policies" {
  type        = map(string)
  description = "Policies that are attached to the role, as JSON, by the end of their names: what inline policies have no room for."

  # AWS: "IAM and AWS STS quotas", IAM User Guide: 6,144 characters of each, 10 for each role.
  validation {
    condition     = length(var.managed_policies) <= 10
    error_message = "A role has at most 10 managed policies."
  }
}

variable "max_session_seconds" {
  type        = number
  description = "Longest session, in seconds."

  # AWS: CreateRole, IAM API Reference.
  validation {
    condition     = var.max_session_seconds >= 3600 && var.max_session_seconds <= 43200
    error_message = "One to twelve hours."
  }
}
