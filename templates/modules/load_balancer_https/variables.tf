variable "name" {
  type        = string
  description = "Name of the load balancer."

  # CreateLoadBalancer, Elastic Load Balancing API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name)) && !startswith(var.name, "internal-")
    error_message = "A load balancer name has 1 to 32 letters, digits and hyphens, none at its ends, and does not begin with internal-."
  }
}

variable "internal" {
  type        = bool
  description = "Whether it has private addresses only."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Subnets in at least two zones; public ones, unless it is internal."

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "An application load balancer stands in at least two zones."
  }
}

variable "security_group_id" {
  type        = string
  description = "Security group of the load balancer."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the load balancer refuses to be deleted."
}

variable "idle_timeout" {
  type        = number
  description = "Seconds after which a silent connection is closed."

  # LoadBalancerAttribute, Elastic Load Balancing API Reference.
  validation {
    condition     = var.idle_timeout >= 1 && var.idle_timeout <= 4000
    error_message = "A silent connection is kept for 1 to 4000 seconds."
  }
}

variable "access_logs" {
  type = object({
    bucket = string
    prefix = string
  })
  default = null
  # {% if variant.verifying %}
  description = "Bucket that every request and every connection is logged in, and the prefix there; null for no logs."
  # {% else %}
  description = "Bucket that every request is logged in, and the prefix there; null for no log."
  # {% endif %}
}
# {% if variant.https %}

variable "certificate_arn" {
  type        = string
  description = "ARN of the certificate, in the region of the load balancer."
}

# {% if variant.verifying %}
variable "trust_store_arn" {
  type        = string
  description = "ARN of the trust store with the authorities of clients' certificates."
}

# {% endif %}
variable "ssl_policy" {
  type        = string
  description = "Security policy: which versions of TLS and which ciphers it accepts."

  validation {
    condition     = startswith(var.ssl_policy, "ELBSecurityPolicy-TLS13-")
    error_message = "A security policy that offers TLS 1.3 begins with ELBSecurityPolicy-TLS13-."
  }
}
# {% endif %}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
