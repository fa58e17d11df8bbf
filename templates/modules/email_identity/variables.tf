variable "domain_name" {
  type        = string
  description = "Domain that mail is sent as."
}

variable "mail_from_domain" {
  type        = string
  description = "Its subdomain that bounces come back to; its MX and TXT records are the zone's."

  # Amazon SES Developer Guide: Using a custom MAIL FROM domain.
  validation {
    condition     = endswith(var.mail_from_domain, ".${var.domain_name}")
    error_message = "The MAIL FROM domain is a subdomain of the identity."
  }
}

variable "configuration_set_name" {
  type        = string
  description = "Name of the configuration set that mail is sent with, unless the code names another."

  # Amazon SES API v2: CreateConfigurationSet.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.configuration_set_name))
    error_message = "Up to 64 letters, digits, hyphens and underscores."
  }
}

variable "zone_id" {
  type        = string
  description = "Id of the hosted zone."
}

variable "ttl" {
  type        = number
  description = "Seconds that resolvers cache the records."
}
