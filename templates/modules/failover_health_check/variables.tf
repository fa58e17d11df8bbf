variable "name" {
  type        = string
  description = "Name of the load balancer, with which the names of the alarms begin."
}

variable "region" {
  type        = string
  description = "Region of the alarms."
}

variable "load_balancer" {
  type        = string
  description = "Load balancer as CloudWatch names it: the end of its ARN."
}

variable "target_groups" {
  type        = map(string)
  description = "Target group of each service as CloudWatch names it, by the service's name."

  validation {
    condition     = length(var.target_groups) > 0
    error_message = "A load balancer without a service is never well."
  }
}

variable "pairs" {
  type        = map(list(string))
  default     = {}
  description = "Services with two target groups, by name: those of `target_groups` of which one has to be well."

  validation {
    condition     = alltrue([for name in flatten(values(var.pairs)) : contains(keys(var.target_groups), name)])
    error_message = "A pair is made of target groups."
  }
}

variable "healthy_tasks" {
  type        = number
  description = "Healthy tasks that each service has at least while it is well."

  validation {
    condition     = var.healthy_tasks >= 1
    error_message = "A service without a healthy task is not well."
  }
}

variable "minutes" {
  type        = number
  description = "Minutes for which there are fewer before it is unwell."

  validation {
    condition     = var.minutes >= 1 && floor(var.minutes) == var.minutes
    error_message = "The metric has a value for each minute."
  }
}
