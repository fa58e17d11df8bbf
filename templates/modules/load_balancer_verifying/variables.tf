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

# {% if variant.reads %}
variable "reads" {
  type = object({
    port    = number
    methods = list(string)
  })
  description = "Port of callers that only read, and the methods that are passed on from there."
}

# {% endif %}
# {% include "parts/verified_target_variables.tf" %}

# {% include "parts/internal_balancer_names.tf" %}
