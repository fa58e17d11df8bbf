# {% include "parts/internal_balancer_variables.tf" %}

variable "security_group_id" {
  type        = string
  description = "Security group of the load balancer."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the load balancer refuses to be deleted."
}

variable "gateways_port" {
  type        = number
  description = "Port of the listener for the gateways, which show no client certificate."
}

variable "certificate_arn" {
  type        = string
  default     = null
  description = "ARN of the certificate that proves the load balancer; null for plain HTTP."
}

# {% include "parts/internal_balancer_names.tf" %}
