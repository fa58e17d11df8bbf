# {# The clock that schedules go by, and their group. #}
variable "timezone" {
  type        = string
  default     = null
  description = "IANA name of the time zone that the schedules are written in, such as Asia/Tokyo; null for UTC."
}

variable "schedule_group_name" {
  type        = string
  default     = null
  description = "Name of the group of its schedules; null without schedules."

  # AWS: CreateScheduleGroup, Amazon EventBridge Scheduler API Reference.
  validation {
    condition     = length(var.schedules) == 0 || can(regex("^[0-9a-zA-Z_.-]{1,64}$", var.schedule_group_name))
    error_message = "A schedule group's name has 1 to 64 letters, digits, hyphens, underscores and dots."
  }
}
