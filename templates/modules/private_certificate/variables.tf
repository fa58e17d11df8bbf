variable "domain_name" {
  type        = string
  description = "Name that the certificate proves."

  # ACM User Guide, quotas: the common name holds at most 64 characters.
  validation {
    condition     = length(var.domain_name) <= 64 && can(regex("^(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain_name))
    error_message = "A domain name of at most 64 characters."
  }
}

variable "private_ca_arn" {
  type        = string
  description = "ARN of the private certificate authority."
}
