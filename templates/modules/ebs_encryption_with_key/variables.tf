variable "kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that new volumes take unless they name another."
}
