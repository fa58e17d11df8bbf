# {% extends "modules/ecs_service_extended/variables.tf" %}
# {% block port %}
# {% endblock %}
# {% block tasks %}
variable "schedules" {
  type = map(object({
    expression  = string
    description = string
  }))
  default     = {}
  description = "When it runs, by name: a cron(), rate() or at() expression, and what for; none where it is started by hand."

  # AWS: CreateSchedule, Amazon EventBridge Scheduler API Reference.
  validation {
    condition     = alltrue([for schedule in var.schedules : can(regex("^(at|rate|cron)\\(.+\\)$", schedule.expression))])
    error_message = "A schedule is written at(...), rate(...) or cron(...)."
  }

  validation {
    condition     = alltrue([for name, schedule in var.schedules : can(regex("^[0-9a-zA-Z_.-]{1,64}$", name)) && length(schedule.description) <= 512])
    error_message = "A schedule's name has 1 to 64 letters, digits, hyphens, underscores and dots, its description at most 512 characters."
  }
}

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

variable "schedules_role_name" {
  type        = string
  default     = null
  description = "Name of the role that starts the tasks when they are due; null without schedules."

  validation {
    condition     = length(var.schedules) == 0 || try(length(var.schedules_role_name) <= 64, false)
    error_message = "A role name has at most 64 characters."
  }
}

# {% endblock %}
# {% block capacity %}
variable "capacity_provider" {
  type        = string
  default     = "FARGATE"
  description = "Where scheduled tasks run: FARGATE or FARGATE_SPOT."

  validation {
    condition     = contains(["FARGATE", "FARGATE_SPOT"], var.capacity_provider)
    error_message = "Fargate's capacity providers are FARGATE and FARGATE_SPOT."
  }
}

# {% endblock %}
# {% block ways_in %}
# {% endblock %}
# {% block more %}
# {% endblock %}
