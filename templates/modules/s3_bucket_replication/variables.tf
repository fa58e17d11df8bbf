variable "bucket" {
  type        = string
  description = "Name of the bucket whose objects are copied, once it keeps versions."
}

variable "bucket_arn" {
  type        = string
  description = "ARN of that bucket."
}

variable "region" {
  type        = string
  description = "Region of that bucket."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the objects; null for S3's own."
}

variable "role_name" {
  type        = string
  description = "Name of the role with which S3 copies them."

  # AWS: "IAM and AWS STS quotas", IAM User Guide.
  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "An IAM role's name has 1 to 64 letters, digits and + = , . @ - _."
  }
}

variable "replica" {
  type = object({
    bucket_arn     = string
    region         = string
    kms_key_arn    = optional(string)
    kms_key_policy = optional(string) # where the key is named by its alias, of which no policy can be
  })
  description = "The bucket of the copies, which keeps versions; its region; and the KMS key there, null for S3's own."
}

variable "deletions" {
  type        = bool
  description = "Whether markers of deletions are copied, too."
}

variable "time_control" {
  type        = bool
  default     = false
  description = "Whether AWS promises copies within 15 minutes (S3 Replication Time Control), and measures them."
}
# {% include "parts/role_boundary_variable.tf" %}
