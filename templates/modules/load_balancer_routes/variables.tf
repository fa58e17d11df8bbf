variable "vpc_id" {
  type        = string
  description = "VPC of the services."
}

variable "listener_arn" {
  type        = string
  description = "ARN of the listener."
}

# {% if variant.blue_green %}
variable "services" {
  type = map(object({
    blue                 = string
    green                = string
    deregistration_delay = number

    health_check = object({
      path      = string
      interval  = number
      timeout   = number
      healthy   = number
      unhealthy = number
    })
  }))
  description = "The two target groups of each service: their names, the seconds that a stopping task may still answer, and how the tasks' health is asked for."

  # CreateTargetGroup, Elastic Load Balancing API Reference.
  validation {
    condition     = alltrue(flatten([for one in var.services : [for name in [one.blue, one.green] : can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", name))]]))
    error_message = "A target group name has 1 to 32 letters, digits and hyphens, none at its ends."
  }
}

# {% else %}
variable "target_groups" {
  type = map(object({
    name                 = string
    deregistration_delay = number

    health_check = object({
      path      = string
      interval  = number
      timeout   = number
      healthy   = number
      unhealthy = number
    })
  }))
  description = "Target group of each service: its name, the seconds that a stopping task may still answer, and how the tasks' health is asked for."

  # CreateTargetGroup, Elastic Load Balancing API Reference.
  validation {
    condition     = alltrue([for group in var.target_groups : can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", group.name))])
    error_message = "A target group name has 1 to 32 letters, digits and hyphens, none at its ends."
  }
}

# {% endif %}
variable "routes" {
  type = map(object({
    service  = string
    priority = number
    hosts    = optional(list(string), [])
    paths    = optional(list(string), [])
  }))
  # {% if variant.blue_green %}
  description = "Which hosts and paths lead to which service; the lowest priority that fits wins. A route that leads to another service has another name: what a rule does is left to CodeDeploy."
  # {% else %}
  description = "Which hosts and paths lead to which service; the lowest priority that fits wins."
  # {% endif %}

  # CreateRule, Elastic Load Balancing API Reference.
  validation {
    condition     = alltrue([for route in var.routes : route.priority >= 1 && route.priority <= 50000])
    error_message = "A priority is a number from 1 to 50000."
  }

  # Quotas, Application Load Balancers guide.
  validation {
    condition     = alltrue([for route in var.routes : contains([1, 2, 3, 4, 5], length(route.hosts) + length(route.paths))])
    error_message = "A rule has 1 to 5 hosts and paths."
  }

  validation {
    # {% if variant.blue_green %}
    condition     = alltrue([for route in var.routes : contains(keys(var.services), route.service)])
    error_message = "A route leads to a service that has target groups."
    # {% else %}
    condition     = alltrue([for route in var.routes : contains(keys(var.target_groups), route.service)])
    error_message = "A route leads to a service that has a target group."
    # {% endif %}
  }
}

variable "custom_header" {
  type = object({
    name   = string
    values = list(string)
  })
  default     = null
  sensitive   = true
  description = "Header that a request has to have, with one of these values; null where none is needed."
}
