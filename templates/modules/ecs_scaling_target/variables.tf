variable "cluster_name" {
  type        = string
  description = "Name of the cluster."
}

variable "service_name" {
  type        = string
  description = "Name of the service."
}

variable "min_tasks" {
  type        = number
  description = "Fewest tasks that run."

  validation {
    condition     = var.min_tasks >= 0
    error_message = "The minimum is at least 0."
  }
}

variable "max_tasks" {
  type        = number
  description = "Most tasks that run."

  validation {
    condition     = var.max_tasks >= 0
    error_message = "The maximum is at least 0."
  }
}
