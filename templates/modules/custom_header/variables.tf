variable "value_version" {
  type        = number
  description = "A new value is drawn when it is raised by one."

  validation {
    condition     = var.value_version >= 1 && var.value_version == floor(var.value_version)
    error_message = "Versions count from 1."
  }
}
# {% if variant.stored %}

variable "secret_arn" {
  type        = string
  description = "ARN of the secret that has the values for another region."
}
# {% endif %}
