variable "resource_id" {
  type        = string
  description = "Id of the scalable target."
}

variable "cpu_percent" {
  type        = number
  description = "Average CPU use of the tasks to keep, in percent."

  validation {
    condition     = var.cpu_percent > 0 && var.cpu_percent <= 100
    error_message = "A percentage above 0 and up to 100."
  }
}

variable "memory_percent" {
  type        = number
  description = "Average memory use of the tasks to keep, in percent."

  validation {
    condition     = var.memory_percent > 0 && var.memory_percent <= 100
    error_message = "A percentage above 0 and up to 100."
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
