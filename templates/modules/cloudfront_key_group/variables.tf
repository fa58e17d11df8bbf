variable "name" {
  type        = string
  description = "Name of the key group, and how the names of the keys begin."
}

variable "public_keys" {
  type        = list(string)
  description = "Public keys, RSA 2048 or ECDSA P-256: the Base64 of their PEM without line breaks, the newest first."

  # AWS: "Quotas", Amazon CloudFront Developer Guide: five in a key group.
  validation {
    condition     = length(var.public_keys) >= 1 && length(var.public_keys) <= 5 && alltrue([for key in var.public_keys : can(regex("^[A-Za-z0-9+/]+=*$", key))])
    error_message = "One to five keys, in Base64."
  }
}
