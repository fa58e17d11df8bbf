variable "name" {
  type        = string
  description = "Name of the role."

  validation {
    condition     = length(var.name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the private keys; null for Secrets Manager's own."
}
# {% include "parts/role_boundary_variable.tf" %}
