variable "listener_arn" {
  type        = string
  description = "ARN of the listener that verifies callers."
}

variable "priority" {
  type        = number
  description = "Place of the service's rule among those of the listener; names exclude each other, so that the order has no meaning."

  # CreateRule, Elastic Load Balancing API Reference.
  validation {
    condition     = var.priority >= 1 && var.priority <= 50000
    error_message = "A priority is a number from 1 to 50000."
  }
}

variable "domain_name" {
  type        = string
  description = "Name that callers ask for, which the load balancer's certificate proves."
}

variable "load_balancer_dns_name" {
  type        = string
  description = "Name that AWS gave the load balancer."
}

variable "namespace_id" {
  type        = string
  description = "Id of the Cloud Map namespace."
}

variable "discovery_name" {
  type        = string
  description = "Name of the service within the namespace, for callers with a certificate."
}

# {% include "parts/verified_target_variables.tf" %}
