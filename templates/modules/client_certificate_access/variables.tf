variable "task_role_name" {
  type        = string
  description = "Name of the role that may obtain a certificate."
}

variable "private_ca_arn" {
  type        = string
  description = "ARN of the private certificate authority."
}
