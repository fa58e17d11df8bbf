variable "task_role_name" {
  type        = string
  description = "Name of the role that may publish."
}

variable "consumer" {
  type        = string
  description = "Name of the service that consumes the events."
}

variable "queue_arn" {
  type        = string
  description = "ARN of the consumer's queue."
}

variable "kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the queue."
}
