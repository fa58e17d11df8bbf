variable "role_name" {
  type        = string
  description = "Name of the role."

  validation {
    condition     = length(var.role_name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}
# {% include "parts/role_boundary_variable.tf" %}
