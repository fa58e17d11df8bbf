variable "name" {
  type        = string
  description = "Domain that the services are found under, such as prod.technova.internal."

  # AWS: CreatePrivateDnsNamespace, AWS Cloud Map API Reference.
  validation {
    condition     = length(var.name) <= 253 && can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$", var.name))
    error_message = "A namespace is a domain name of at most 253 characters."
  }
}

variable "description" {
  type        = string
  description = "What the namespace is for."

  validation {
    condition     = length(var.description) <= 1024
    error_message = "A namespace's description has at most 1024 characters."
  }
}

variable "vpc_id" {
  type        = string
  description = "VPC that can resolve the names."
}
