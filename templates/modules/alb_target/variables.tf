variable "name" {
  type        = string
  description = "Name of the target group."

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name))
    error_message = "A target group name has 1 to 32 letters, digits and hyphens, none at its ends."
  }
}

variable "vpc_id" {
  type        = string
  description = "VPC of the tasks."
}

variable "port" {
  type        = number
  description = "TCP port that the container listens on."
}

variable "listener_arns" {
  type        = map(string)
  description = "ARNs of the listeners that forward to the service, by what they are for."

  validation {
    condition     = length(var.listener_arns) > 0
    error_message = "A target group that no listener forwards to cannot take an ECS service."
  }
}

variable "path" {
  type        = string
  description = "First path segment of the service, without slashes."

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,120}$", var.path))
    error_message = "One path segment of letters, digits, dots, underscores and hyphens."
  }
}

variable "priority" {
  type        = number
  description = "Priority of the rule, unique on each listener."

  validation {
    condition     = var.priority >= 1 && var.priority <= 50000
    error_message = "A rule's priority is between 1 and 50000."
  }
}

variable "health_check" {
  type = object({
    path      = string
    interval  = number
    timeout   = number
    healthy   = number
    unhealthy = number
  })
  description = "How tasks are asked whether they are well: path, seconds between and for an answer, answers that count."

  validation {
    condition     = startswith(var.health_check.path, "/") && length(var.health_check.path) <= 1024
    error_message = "A path begins with a slash and has at most 1024 characters."
  }

  validation {
    condition     = var.health_check.timeout < var.health_check.interval
    error_message = "The timeout is shorter than the interval."
  }
}

variable "deregistration_delay" {
  type        = number
  description = "Seconds that a stopping task still answers the requests it has."

  validation {
    condition     = var.deregistration_delay >= 0 && var.deregistration_delay <= 3600
    error_message = "0 to 3600 seconds."
  }
}
