# {% extends "modules/dns_aliases/variables.tf" %}
# {% block more %}

variable "environment" {
  type        = string
  description = "Environment that these names lead to: it tells the two records of a name apart."
}

variable "role" {
  type        = string
  description = "Which of the two records it is: PRIMARY or SECONDARY."

  validation {
    condition     = contains(["PRIMARY", "SECONDARY"], var.role)
    error_message = "The role is \"PRIMARY\" or \"SECONDARY\"."
  }
}

variable "health_check_id" {
  type        = string
  default     = null
  description = "Health check of Route 53 that says whether it is well; the target's own health decides alone when left out."
}
# {% endblock %}
