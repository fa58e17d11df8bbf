variable "log_group_name" {
  type        = string
  description = "Log group of sessions; hosts of this account and region may write to it by this name."
}

variable "retention_in_days" {
  type        = number
  description = "Days that sessions are kept."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts them; null for AWS's own."
}
