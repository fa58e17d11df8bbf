variable "name" {
  type        = string
  description = "Name of the role."
}

variable "kind" {
  type        = string
  description = "What the database is: instance (Amazon RDS) or cluster (Amazon Aurora)."

  validation {
    condition     = contains(["cluster", "instance"], var.kind)
    error_message = "Write cluster or instance."
  }
}

variable "database_arn" {
  type        = string
  description = "ARN of the database."
}

variable "account_id" {
  type        = string
  description = "Account of the database."
}

variable "region" {
  type        = string
  description = "Region of the database."
}

variable "vault_arn" {
  type        = string
  description = "ARN of the vault."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the database; null for AWS's own."
}
# {% include "parts/role_boundary_variable.tf" %}
