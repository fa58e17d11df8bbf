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

variable "alarm_name" {
  type        = string
  description = "Name of the alarm that starts the steps."

  validation {
    condition     = length(var.alarm_name) <= 255
    error_message = "An alarm name has at most 255 characters."
  }
}

variable "cpu_percent" {
  type        = number
  description = "Average CPU use in percent at which the steps begin."

  validation {
    condition     = var.cpu_percent > 0 && var.cpu_percent <= 100
    error_message = "A percentage above 0 and up to 100."
  }
}

variable "steps" {
  type = list(object({
    above         = number
    below         = optional(number)
    added_percent = number
  }))
  description = "Steps in percentage points above cpu_percent: from above, up to below (none in the last), add so many percent of the tasks."

  # PutScalingPolicy: at most 20 step adjustments; only the first and last may be open.
  validation {
    condition     = length(var.steps) >= 1 && length(var.steps) <= 20 && length([for step in var.steps : step if step.below == null]) == 1
    error_message = "1 to 20 steps, exactly one of them, the last, without an upper bound."
  }
}

variable "cooldown" {
  type        = number
  description = "Seconds after a step before the next one of the same size."
}
