variable "name" {
  type        = string
  description = "Name of the repository."

  validation {
    condition     = can(regex("^[a-z0-9]+(?:[._/-][a-z0-9]+)*$", var.name)) && length(var.name) >= 2 && length(var.name) <= 256
    error_message = "A repository name has 2 to 256 lower-case letters and digits, separated by single . _ - or /."
  }
}

variable "kept_images" {
  type        = number
  default     = null
  description = "How many of the newest tagged images are kept, whether the one that runs is among them or not; null for all."

  validation {
    condition     = var.kept_images == null || try(var.kept_images >= 1, false)
    error_message = "At least one image is kept."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the images; null for ECR's own (AES256)."
}

variable "force_delete" {
  type        = bool
  description = "Whether destroying the repository also deletes its images."
}
