variable "name" {
  type        = string
  description = "Name of the vault."

  # AWS: CreateBackupVault, AWS Backup API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{2,50}$", var.name))
    error_message = "A vault's name has 2 to 50 letters, digits and _ -."
  }
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the vault also deletes the backups in it."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts what has no key of its own; null for AWS Backup's own."
}
