# {# What an internal load balancer is called, and where it stands. #}
variable "name" {
  type        = string
  description = "Name of the load balancer."

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name)) && !startswith(var.name, "internal-")
    error_message = "A load balancer name has 1 to 32 letters, digits and hyphens, none at its ends, and does not begin with internal-."
  }
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets in at least two zones."

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "An application load balancer stands in at least two zones."
  }
}
