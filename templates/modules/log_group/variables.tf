variable "name" {
  type        = string
  description = "Name of the log group."

  validation {
    condition     = can(regex("^[A-Za-z0-9_/.#-]{1,512}$", var.name))
    error_message = "A log group name has 1 to 512 characters out of A-Z, a-z, 0-9, _, -, /, . and #."
  }
}

variable "retention_in_days" {
  type        = number
  description = "Days until a log event is deleted."

  # The values PutRetentionPolicy accepts (CloudWatch Logs API reference).
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.retention_in_days)
    error_message = "CloudWatch Logs does not offer this retention."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the log events; its policy lets CloudWatch Logs use it."
}
