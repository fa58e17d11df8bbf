variable "name" {
  type        = string
  description = "Name of the trust store."

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name))
    error_message = "A trust store name has 1 to 32 letters, digits and hyphens, none at its ends."
  }
}

variable "bucket_name" {
  type        = string
  description = "Name of the bucket that holds the bundle."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket name has 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "certificate_bundle" {
  type        = string
  description = "Certificates of the trusted authorities in PEM form."
}

variable "other_certificates" {
  type        = list(string)
  default     = []
  description = "Root certificates of other authorities, in PEM form, whose clients are let in as well."

  # Elastic Load Balancing: Quotas for your Application Load Balancers, CA certificates per trust store.
  validation {
    condition     = length(var.other_certificates) < 25
    error_message = "A trust store has 25 certificates at most."
  }
}
