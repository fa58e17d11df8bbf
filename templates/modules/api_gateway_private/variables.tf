variable "name" {
  type        = string
  description = "Name of the API."

  validation {
    condition     = length(var.name) >= 1 && length(var.name) <= 255
    error_message = "An API name has 1 to 255 characters."
  }
}

variable "description" {
  type        = string
  description = "What the API is for."

  validation {
    condition     = length(var.description) <= 1024
    error_message = "A description has at most 1024 characters."
  }
}

# {% if not variant.regional %}
variable "vpc_endpoint_id" {
  type        = string
  description = "Id of the VPC's execute-api endpoint."
}

# {% endif %}
variable "minimum_compression_size" {
  type        = number
  description = "Bytes from which on answers are compressed with gzip or deflate (the API knows no brotli); null for never."

  validation {
    condition     = var.minimum_compression_size == null || try(var.minimum_compression_size >= 0 && var.minimum_compression_size <= 10485760, false)
    error_message = "0 to 10485760 bytes."
  }
}

variable "binary_media_types" {
  type        = list(string)
  default     = []
  description = "Media types of bodies that are passed on as they are; all others are text in UTF-8."

  validation {
    condition     = alltrue([for type in var.binary_media_types : can(regex("^[^/ ]+/[^/ ]+$", type))])
    error_message = "Media types, such as application/pdf or image/*."
  }
}

# {% if variant.regional %}
variable "disable_execute_api_endpoint" {
  type        = bool
  default     = false
  description = "Whether only names of its own lead to the API, and no longer the address that AWS gave it."
}

variable "ip_address_type" {
  type        = string
  default     = "ipv4"
  description = "Who may call: ipv4, or dualstack for IPv6 too."

  validation {
    condition     = contains(["ipv4", "dualstack"], var.ip_address_type)
    error_message = "ipv4 or dualstack."
  }
}

# {% endif %}
