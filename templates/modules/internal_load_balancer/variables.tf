variable "name" {
  type        = string
  description = "Name of the load balancer."

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name)) && !startswith(var.name, "internal-")
    error_message = "A load balancer name has 1 to 32 letters, digits and hyphens, none at its ends, and does not begin with internal-."
  }
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets in at least two zones."

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

variable "gateways_port" {
  type        = number
  description = "Port of the listener for the gateways, which show no client certificate."
}

variable "certificate_arn" {
  type        = string
  default     = null
  description = "ARN of the certificate that proves the load balancer; null for plain HTTP."
}

variable "log_bucket_name" {
  type        = string
  description = "Bucket of the access and connection logs."
}

variable "log_prefix" {
  type        = string
  description = "Prefix of the logs within the bucket."
}

variable "namespace_id" {
  type        = string
  description = "Id of the Cloud Map namespace."
}

variable "discovery_name" {
  type        = string
  description = "Name of the load balancer within the namespace."
}
