# {% include "parts/internal_balancer_variables.tf" %}

variable "security_group_id" {
  type        = string
  description = "Security group of the load balancer: declared callers come in, the service's tasks are called."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the load balancer refuses to be deleted."
}

variable "domain_name" {
  type        = string
  description = "Name that the load balancer's certificate proves, its name in the namespace."

  # ACM User Guide, quotas: the common name holds at most 64 characters.
  validation {
    condition     = length(var.domain_name) <= 64 && can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain_name))
    error_message = "A domain name of at most 64 characters."
  }
}

variable "private_ca_arn" {
  type        = string
  description = "ARN of the private certificate authority."
}

variable "trust_store_arn" {
  type        = string
  description = "ARN of the trust store that client certificates are checked against."
}

variable "target" {
  type = object({
    name                 = string
    vpc_id               = string
    deregistration_delay = number
    health_check = object({
      path      = string
      interval  = number
      timeout   = number
      healthy   = number
      unhealthy = number
    })
  })
  description = "Target group that the service's tasks are registered in: its name, the seconds that a stopping task may still answer, and how the tasks' health is asked for."

  # CreateTargetGroup, Elastic Load Balancing API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.target.name))
    error_message = "A target group's name has 1 to 32 letters, digits and hyphens, none at its ends."
  }
}

# {% include "parts/internal_balancer_names.tf" %}
