variable "resource_id" {
  type        = string
  description = "Id of the scalable target."
}

variable "target_percent" {
  type        = map(number)
  description = "Average use to keep, in percent of what the tasks have, by metric: cpu, memory."

  validation {
    condition     = length(setsubtract(keys(var.target_percent), ["cpu", "memory"])) == 0
    error_message = "The metrics are cpu and memory."
  }

  validation {
    condition     = alltrue([for percent in var.target_percent : percent > 0 && percent <= 100])
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
