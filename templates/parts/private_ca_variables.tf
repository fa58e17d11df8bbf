# {# The variables of any private CA. #}
variable "common_name" {
  type        = string
  description = "Common name of the authority's certificate."

  validation {
    condition     = length(var.common_name) >= 1 && length(var.common_name) <= 64
    error_message = "A common name has 1 to 64 characters."
  }
}

variable "organization" {
  type        = string
  default     = null
  description = "Organization in the authority's certificate; null for none."

  # AWS: ASN1Subject, AWS Private CA API Reference.
  validation {
    condition     = var.organization == null || try(length(var.organization) >= 1 && length(var.organization) <= 64, false)
    error_message = "An organization has 1 to 64 characters."
  }
}

variable "deletion_window_in_days" {
  type        = number
  description = "Days in which a deleted authority can be restored."

  validation {
    condition     = var.deletion_window_in_days >= 7 && var.deletion_window_in_days <= 30
    error_message = "7 to 30 days."
  }
}
