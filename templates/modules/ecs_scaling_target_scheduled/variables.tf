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

variable "schedules" {
  type = map(object({
    expression = string
    min_tasks  = number
    # {% block maximum %}
    # {% endblock %}
  }))
  description = "Timetable by the name of the situation: an at(), rate() or cron() expression, and the limits from then on."

  validation {
    condition     = alltrue([for schedule in var.schedules : can(regex("^(at|rate|cron)\\(.+\\)$", schedule.expression))])
    error_message = "A schedule is written at(...), rate(...) or cron(...)."
  }
}

variable "timezone" {
  type        = string
  description = "IANA name of the time zone that the timetable is written in, such as Asia/Tokyo."
}
