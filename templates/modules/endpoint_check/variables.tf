variable "name" {
  type        = string
  description = "Name of what is asked."
}

variable "domain_name" {
  type        = string
  description = "Name that is asked."
}

variable "protocol" {
  type        = string
  description = "HTTPS, or HTTP."

  validation {
    condition     = contains(["HTTP", "HTTPS"], var.protocol)
    error_message = "Route 53 asks by HTTP or HTTPS."
  }
}

variable "path" {
  type        = string
  description = "Path that is asked."

  # AWS: HealthCheckConfig, Amazon Route 53 API Reference.
  validation {
    condition     = startswith(var.path, "/") && length(var.path) <= 255
    error_message = "A path begins with / and has at most 255 characters."
  }
}

variable "search_string" {
  type        = string
  default     = null
  description = "Text that a good answer has in its first 5,120 bytes; null where its status alone counts."
}

variable "request_interval" {
  type        = number
  description = "Seconds between two questions of one place."

  # AWS: HealthCheckConfig, Amazon Route 53 API Reference.
  validation {
    condition     = contains([10, 30], var.request_interval)
    error_message = "Route 53 asks every 10 or 30 seconds."
  }
}

variable "failure_threshold" {
  type        = number
  description = "Bad answers one after another that make it unwell to a place."

  # AWS: HealthCheckConfig, Amazon Route 53 API Reference.
  validation {
    condition     = var.failure_threshold >= 1 && var.failure_threshold <= 10
    error_message = "Route 53 counts 1 to 10."
  }
}
