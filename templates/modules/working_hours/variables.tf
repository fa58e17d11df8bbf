variable "group_name" {
  type        = string
  description = "Name of the group of the schedules."
}

variable "role_name" {
  type        = string
  description = "Name of the role that stops and starts."
}

variable "account_id" {
  type        = string
  description = "Account that the schedules are in."
}

variable "timezone" {
  type        = string
  description = "IANA name of the time zone of the working hours, such as Asia/Tokyo."
}

variable "start" {
  type        = string
  description = "When things are started: a cron() expression."
}

variable "stop" {
  type        = string
  description = "When things are stopped: a cron() expression."
}

variable "stopped" {
  type = map(object({
    stop      = string       # the call that stops it, as EventBridge Scheduler names it
    start     = string       # the call that starts it
    arguments = map(string)  # what both calls get
    actions   = list(string) # of IAM, which they need
    arn       = string

    lists       = optional(map(list(string)), {}) # arguments of both calls that are lists
    kms_key_arn = optional(string)                # of its disk, which EC2 is let use when it starts
  }))
  description = "What is stopped and started, by its name."

  # CreateSchedule, Amazon EventBridge Scheduler API Reference.
  validation {
    condition     = alltrue([for name in keys(var.stopped) : can(regex("^[0-9A-Za-z_.-]{1,58}$", name))])
    error_message = "A schedule's name has at most 64 letters, digits, dots, hyphens and underscores."
  }

  # Managing universal targets, Amazon EventBridge Scheduler User Guide.
  validation {
    condition     = alltrue([for one in var.stopped : can(regex("^arn:aws:scheduler:::aws-sdk:[a-z0-9]+:[A-Za-z]+$", one.stop)) && can(regex("^arn:aws:scheduler:::aws-sdk:[a-z0-9]+:[A-Za-z]+$", one.start))])
    error_message = "A call is arn:aws:scheduler:::aws-sdk:<service>:<call>."
  }
}
# {% include "parts/role_boundary_variable.tf" %}
