variable "resource_id" {
  type        = string
  description = "Id under which Application Auto Scaling knows the service."
}

variable "cluster_name" {
  type        = string
  description = "Name of the cluster."
}

variable "service_name" {
  type        = string
  description = "Name of the service."
}

variable "adjustments" {
  type = map(object({
    alarm_name  = string # the alarm that starts it
    description = string
    metric      = string           # cpu or memory, the average of all tasks
    above       = optional(number) # percent; one of the two
    below       = optional(number)
    minutes     = number # how long it is so
    tasks       = number # how many more, or less
    cooldown    = number # seconds before it may happen again
  }))
  description = "What changes the number of tasks by whole tasks, by its name."

  validation {
    condition     = alltrue([for one in var.adjustments : contains(["cpu", "memory"], one.metric)])
    error_message = "The metrics are cpu and memory."
  }

  validation {
    condition     = alltrue([for one in var.adjustments : (one.above == null) != (one.below == null)])
    error_message = "Either above or below."
  }

  # AWS: PutMetricAlarm, Amazon CloudWatch API Reference.
  validation {
    condition     = alltrue([for one in var.adjustments : length(one.alarm_name) <= 255])
    error_message = "An alarm name has at most 255 characters."
  }

  # Likewise: a period times the number of periods is at most a day.
  validation {
    condition     = alltrue([for one in var.adjustments : one.minutes >= 1 && one.minutes <= 1440])
    error_message = "1 minute to 1 day."
  }

  validation {
    condition     = alltrue([for one in var.adjustments : one.tasks != 0])
    error_message = "More or fewer tasks."
  }
}
