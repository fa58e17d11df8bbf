variable "web_acl_arn" {
  type        = string
  description = "ARN of the web ACL."
}

variable "resource_arn" {
  type        = string
  description = "ARN of what it protects: a stage of a REST API or an application load balancer, never an HTTP API."
}
