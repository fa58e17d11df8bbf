# {# Where the logs of an internal load balancer go, and the name that leads to it. #}
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
