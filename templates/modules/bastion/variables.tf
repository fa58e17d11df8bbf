variable "name" {
  type        = string
  description = "Name of the host, its role and its address."
}

variable "ami" {
  type        = string
  description = "Id of the image, in the host's region."

  # Resource IDs, Amazon EC2 User Guide.
  validation {
    condition     = can(regex("^ami-([0-9a-f]{8}|[0-9a-f]{17})$", var.ami))
    error_message = "An image's id is ami- and 8 or 17 digits and letters to f."
  }
}

variable "instance_type" {
  type        = string
  description = "Type of the host, which fits the image's processor."
}

variable "subnet_id" {
  type        = string
  description = "Id of the subnet that it stands in."
}

variable "security_group_id" {
  type        = string
  description = "Its security group."
}

variable "is_public" {
  type        = bool
  description = "Whether it has an address on the internet."
}

variable "key_name" {
  type        = string
  default     = null
  description = "Key pair for SSH; null for none."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts its disk; null for AWS's own."
}

variable "is_protected" {
  type        = bool
  description = "Whether AWS refuses to terminate it."
}

variable "session_log_group_arn" {
  type        = string
  description = "Log group that the record of sessions is written to, where the account has one."
}
# {% include "parts/role_boundary_variable.tf" %}
