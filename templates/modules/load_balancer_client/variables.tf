variable "load_balancer_arn" {
  type        = string
  description = "ARN of the load balancer."
}

variable "port" {
  type        = number
  description = "Port of the caller's listener."
}

variable "certificate_arn" {
  type        = string
  description = "ARN of the certificate that proves the load balancer."
}

variable "trust_store_arn" {
  type        = string
  description = "ARN of the trust store that client certificates are checked against."
}

variable "subject" {
  type        = string
  description = "Name that the caller's certificate proves."

  # ACM User Guide, quotas: the common name holds at most 64 characters.
  validation {
    condition     = length(var.subject) <= 64 && can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.subject))
    error_message = "A domain name of at most 64 characters."
  }
}

variable "private_ca_arn" {
  type        = string
  description = "ARN of the private certificate authority."
}
