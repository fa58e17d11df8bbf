variable "names" {
  type        = list(string)
  description = "Names that the certificate proves; the first is its common name."

  # AWS Certificate Manager API Reference: RequestCertificate, DomainName.
  validation {
    condition     = length(var.names) > 0 && length(var.names[0]) <= 64
    error_message = "A certificate proves one name at least, and its common name has 64 characters at most."
  }
}

# {% if not variant.recorded %}
variable "zone_id" {
  type        = string
  description = "Id of the hosted zone of these names."
}

# {% endif %}
