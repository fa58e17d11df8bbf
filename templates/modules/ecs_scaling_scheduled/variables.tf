# {% extends "modules/ecs_scaling/variables.tf" %}
# {% block timetable %}
variable "schedules" {
  type = map(object({
    expression = string
    min_tasks  = number
    # {% block maximum %}
    # {% endblock %}
  }))
  description = "Timetable by the name of the situation: an at(), rate() or cron() expression, and the limits from then on."

  # AWS: PutScheduledAction, Application Auto Scaling API Reference.
  validation {
    condition     = alltrue([for schedule in var.schedules : can(regex("^(at|rate|cron)\\(.+\\)$", schedule.expression))])
    error_message = "A schedule is written at(...), rate(...) or cron(...)."
  }
}

variable "timezone" {
  type        = string
  description = "IANA name of the time zone that the timetable is written in, such as Asia/Tokyo."
}

# {% endblock %}
