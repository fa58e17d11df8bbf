variable "name" {
  type        = string
  description = "Name of the endpoint."

  # AWS: CreateDBProxyEndpoint, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z](-?[a-zA-Z0-9])*$", var.name)) && length(var.name) <= 63
    error_message = "A proxy endpoint's name has 1 to 63 letters, digits and single hyphens, and begins with a letter."
  }
}

variable "proxy_name" {
  type        = string
  description = "Proxy whose readers the endpoint leads to."
}

variable "subnet_ids" {
  type        = set(string)
  description = "Subnets that the endpoint has addresses in."
}

variable "security_group_id" {
  type        = string
  description = "Security group of the proxy."
}
