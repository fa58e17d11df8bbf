variable "task_role_name" {
  type        = string
  description = "Name of the role of the tasks."
}

variable "log_group_arn" {
  type        = string
  description = "ARN of the log group that records the sessions."
}

variable "kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the data of a session."
}
