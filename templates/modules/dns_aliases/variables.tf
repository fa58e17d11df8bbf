variable "zone_id" {
  type        = string
  description = "Id of the hosted zone of these names."
}

variable "targets" {
  type        = map(object({ name = string, zone_id = string }))
  description = "Where each name leads: the name that AWS gave the target, and the hosted zone of that."
}
# {% if variant.failover %}

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
# {% endif %}
