variable "stream_name" {
  type        = string
  description = "Name of the Firehose stream."

  # AWS: CreateDeliveryStream, Amazon Data Firehose API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{1,64}$", var.stream_name))
    error_message = "A stream's name has 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}

variable "account_id" {
  type        = string
  description = "Account of the stream and of the bucket."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An AWS account id has twelve digits."
  }
}

variable "region" {
  type        = string
  description = "Region of the stream and of the bucket."
}

# {% if variant.logs %}
variable "log_group_name" {
  type        = string
  description = "Log group whose events are sent."
}

variable "pattern" {
  type        = string
  default     = ""
  description = "Filter pattern of the events that are sent; empty for all."

  # AWS: PutSubscriptionFilter, Amazon CloudWatch Logs API Reference.
  validation {
    condition     = length(var.pattern) <= 1024
    error_message = "A filter pattern has at most 1024 characters."
  }
}

# {% endif %}
variable "bucket_arn" {
  type        = string
  description = "ARN of the bucket that they are sent to."
}

variable "bucket_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts objects in the bucket; null for S3's own."
}

variable "bucket_kms_alias" {
  type        = string
  default     = null
  description = "Alias of that key, where another environment made it: then its ARN is that of any."
}

variable "prefix" {
  type        = string
  description = "How the keys of the objects begin, before the day."

  validation {
    condition     = endswith(var.prefix, "/")
    error_message = "A prefix ends with a slash."
  }
}

variable "timezone" {
  type        = string
  description = "IANA name of the time zone whose days the keys tell, such as Asia/Tokyo."
}

variable "delivery_role_name" {
  type        = string
  description = "Name of the role with which Firehose writes to the bucket."

  # AWS: "IAM and AWS STS quotas", IAM User Guide.
  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.delivery_role_name))
    error_message = "An IAM role's name has 1 to 64 letters, digits and + = , . @ - _."
  }
}

# {% if variant.logs %}
variable "sender_role_name" {
  type        = string
  description = "Name of the role with which CloudWatch Logs writes to Firehose."

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.sender_role_name))
    error_message = "An IAM role's name has 1 to 64 letters, digits and + = , . @ - _."
  }
}

# {% endif %}
variable "retention_in_days" {
  type        = number
  description = "Days that errors of the delivery are kept."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts logs on their way; null for AWS's own."
}
# {% include "parts/role_boundary_variable.tf" %}
