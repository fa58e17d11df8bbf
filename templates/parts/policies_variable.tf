# {# What code may do, as the policies of its role. #}
variable "policies" {
  type = map(list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
    condition = optional(map(map(string)))
  })))
  default     = {}
  description = "What the code may do: the statements of each policy of its role, by the policy's name."

  # AWS: PutRolePolicy, AWS Identity and Access Management API Reference.
  validation {
    condition     = alltrue([for name in keys(var.policies) : can(regex("^[\\w+=,.@-]{1,128}$", name))])
    error_message = "A policy's name has 1 to 128 letters, digits and + = , . @ - _."
  }

  # AWS: "IAM JSON policy elements: Sid", IAM User Guide: unique within the policy.
  validation {
    condition     = alltrue([for statements in var.policies : length(distinct(statements[*].sid)) == length(statements) && alltrue([for statement in statements : can(regex("^[A-Za-z0-9]+$", statement.sid))])])
    error_message = "A statement's id has letters and digits, and stands once in a policy."
  }

  validation {
    condition     = alltrue(flatten([for statements in var.policies : [for statement in statements : length(statement.actions) > 0 && length(statement.resources) > 0]]))
    error_message = "A statement names at least one action and one resource."
  }
}
