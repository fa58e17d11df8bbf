# {# The target group of a service whose callers show a client certificate. #}
variable "target" {
  type = object({
    name                 = string
    vpc_id               = string
    deregistration_delay = number
    health_check = object({
      path      = string
      interval  = number
      timeout   = number
      healthy   = number
      unhealthy = number
    })
  })
  description = "Target group that the service's tasks are registered in: its name, the seconds that a stopping task may still answer, and how the tasks' health is asked for."

  # CreateTargetGroup, Elastic Load Balancing API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.target.name))
    error_message = "A target group's name has 1 to 32 letters, digits and hyphens, none at its ends."
  }
}
