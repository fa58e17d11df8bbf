variable "vpc_id" {
  type        = string
  description = "Id of the VPC that asks it."
}

variable "domain_name" {
  type        = string
  description = "Domain that the zone answers for."

  # RFC 1123, section 2.1.
  validation {
    condition     = length(var.domain_name) <= 253 && can(regex("^[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63})+$", var.domain_name))
    error_message = "A domain name has lower-case letters, digits and hyphens with dots between, 253 characters at most."
  }
}

variable "comment" {
  type        = string
  description = "What the zone is for, where many are listed."

  # HostedZoneConfig, Amazon Route 53 API Reference.
  validation {
    condition     = length(var.comment) <= 256
    error_message = "A comment has 256 characters at most."
  }
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the zone also deletes records in it that Terraform did not make."
}
