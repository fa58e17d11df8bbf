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

variable "scale_out_cooldown" {
  type        = number
  description = "Seconds after growing before growing again."
}

variable "scale_in_cooldown" {
  type        = number
  description = "Seconds after shrinking before shrinking again."
}

# {% if variant.scheduled %}
variable "schedules" {
  type = map(object({
    expression = string
    min_tasks  = number
    # {% if variant.range %}
    max_tasks = number
    # {% endif %}
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

# {% endif %}
variable "target_percent" {
  type        = map(number)
  default     = {}
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

variable "sudden_load" {
  type = object({
    alarm_name  = string # the alarm that starts the steps
    cpu_percent = number # average CPU use at which they begin

    steps = list(object({
      above         = number           # percentage points above cpu_percent, from here
      below         = optional(number) # up to here; none in the last
      added_percent = number           # of the tasks that run
    }))
  })
  default     = null
  description = "How a sudden rise of load is answered, in steps; null for not at all."

  # AWS: PutMetricAlarm, Amazon CloudWatch API Reference.
  validation {
    condition     = var.sudden_load == null || try(length(var.sudden_load.alarm_name) <= 255, false)
    error_message = "An alarm name has at most 255 characters."
  }

  validation {
    condition     = var.sudden_load == null || try(var.sudden_load.cpu_percent > 0 && var.sudden_load.cpu_percent <= 100, false)
    error_message = "A percentage above 0 and up to 100."
  }

  # PutScalingPolicy: at most 20 step adjustments; only the first and last may be open.
  validation {
    condition     = var.sudden_load == null || try(length(var.sudden_load.steps) <= 20 && length([for step in var.sudden_load.steps : step if step.below == null]) == 1, false)
    error_message = "1 to 20 steps, exactly one of them, the last, without an upper bound."
  }
}

variable "response_time" {
  type = object({
    added_percent = number

    alarms = map(object({
      namespace  = string # of the metric TargetResponseTime
      dimensions = map(string)
      threshold  = number # in the unit of that metric: seconds of a load balancer, milliseconds of Service Connect
    }))
  })
  default     = null
  description = "How many percent of tasks are added when p90 of the response times is above a threshold, by the name of the alarm that says so; null for none."

  validation {
    condition     = var.response_time == null || try(alltrue([for alarm in var.response_time.alarms : alarm.threshold > 0]), false)
    error_message = "A response time is above 0."
  }
}

variable "queue" {
  type = object({
    name            = string
    events_per_task = number
  })
  default     = null
  description = "The queue that the service consumes, and the waiting events that one task may have before it; null for none."

  validation {
    condition     = var.queue == null || try(var.queue.events_per_task > 0, false)
    error_message = "At least one event a task."
  }
}
