variable "name" {
  type        = string
  description = "Name of the load balancer and the VPC link."

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name)) && !startswith(var.name, "internal-")
    error_message = "A load balancer name has 1 to 32 letters, digits and hyphens, none at its ends, and does not begin with internal-."
  }
}

variable "target_group_name" {
  type        = string
  description = "Name of the target group."

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.target_group_name))
    error_message = "A target group name has 1 to 32 letters, digits and hyphens, none at its ends."
  }
}

variable "vpc_id" {
  type        = string
  description = "VPC of both load balancers."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets."
}

variable "security_group_id" {
  type        = string
  description = "Security group of the load balancer: out to the application load balancer, in from nobody."
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the load balancer refuses to be deleted."
}

variable "load_balancer_arn" {
  type        = string
  description = "ARN of the application load balancer behind."
}

variable "load_balancer_port" {
  type        = number
  description = "Port of its listener for the gateways; a target of type alb has to be reached on the same port."
}

variable "health_check_protocol" {
  type        = string
  description = "What that listener speaks: HTTP or HTTPS."

  # AWS: CreateTargetGroup, Elastic Load Balancing API Reference: a target of type alb is asked by one of these.
  validation {
    condition     = contains(["HTTP", "HTTPS"], var.health_check_protocol)
    error_message = "HTTP or HTTPS."
  }
}

variable "health_check_path" {
  type        = string
  description = "Path on that listener that answers 200 while the application load balancer is up."
}
