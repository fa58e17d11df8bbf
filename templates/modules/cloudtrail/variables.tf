variable "name" {
  type        = string
  description = "Name of the trail."

  # AWS: CreateTrail, AWS CloudTrail API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9._-]{1,126}[a-zA-Z0-9]$", var.name))
    error_message = "A trail's name has 3 to 128 letters, digits and . _ -, a letter or digit at both ends."
  }
}

variable "bucket_name" {
  type        = string
  description = "Name of the bucket."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket name has 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "account_id" {
  type        = string
  description = "Account whose events are kept."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "region" {
  type        = string
  description = "Home region of the trail."
}

variable "retention_in_days" {
  type        = number
  description = "Days that events are kept."

  validation {
    condition     = var.retention_in_days >= 1
    error_message = "At least one day."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the events; null for S3's own."
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the bucket also deletes the events in it."
}
