variable "name" {
  type        = string
  description = "Alias of the workspace."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the metrics; null for AWS's own. With another one, it is another workspace."
}
