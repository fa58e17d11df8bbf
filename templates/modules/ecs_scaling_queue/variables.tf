variable "resource_id" {
  type        = string
  description = "Id of the scalable target."
}

variable "cluster_name" {
  type        = string
  description = "Name of the cluster."
}

variable "service_name" {
  type        = string
  description = "Name of the service."
}

variable "queue_name" {
  type        = string
  description = "Name of the queue that the service consumes."
}

variable "events_per_task" {
  type        = number
  description = "Waiting events that one task may have before it."

  validation {
    condition     = var.events_per_task > 0
    error_message = "At least one event a task."
  }
}

variable "scale_out_cooldown" {
  type        = number
  description = "Seconds after growing before growing again."
}

variable "scale_in_cooldown" {
  type        = number
  description = "Seconds after shrinking before shrinking again."
}
