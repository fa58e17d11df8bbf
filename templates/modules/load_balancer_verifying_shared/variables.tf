# {% include "parts/internal_balancer_variables.tf" %}

variable "security_group_id" {
  type        = string
  description = "Security group of the load balancer: declared callers come in, the services' tasks are called."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the load balancer refuses to be deleted."
}

variable "certificate_arn" {
  type        = string
  description = "ARN of the certificate that proves the names of all services."
}

variable "trust_store_arn" {
  type        = string
  description = "ARN of the trust store that client certificates are checked against."
}

variable "log_bucket_name" {
  type        = string
  description = "Bucket of the access and connection logs."
}

variable "log_prefix" {
  type        = string
  description = "Prefix of the logs within the bucket."
}
