variable "name" {
  type        = string
  description = "Name of the state machine."

  # AWS: CreateStateMachine, AWS Step Functions API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}$", var.name))
    error_message = "A state machine's name has 1 to 80 letters, digits, hyphens and underscores."
  }
}

variable "type" {
  type        = string
  description = "How its executions run: STANDARD, up to a year, or EXPRESS, up to five minutes."

  validation {
    condition     = contains(["STANDARD", "EXPRESS"], var.type)
    error_message = "Step Functions has STANDARD and EXPRESS."
  }
}

variable "account_id" {
  type        = string
  description = "Account that it runs in."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "region" {
  type        = string
  description = "Region that it runs in."
}

variable "role_name" {
  type        = string
  description = "Name of the role that its states act with."

  validation {
    condition     = length(var.role_name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}

variable "definition" {
  type        = string
  description = "What it does, in the Amazon States Language, as JSON."

  # AWS: CreateStateMachine, AWS Step Functions API Reference.
  validation {
    condition     = length(var.definition) <= 1048576
    error_message = "A definition has at most 1,048,576 characters."
  }
}

variable "log_level" {
  type        = string
  description = "Which events of an execution are logged: ALL, ERROR, FATAL or OFF."

  validation {
    condition     = contains(["ALL", "ERROR", "FATAL", "OFF"], var.log_level)
    error_message = "Step Functions logs ALL, ERROR, FATAL or OFF."
  }
}

variable "log_data" {
  type        = bool
  default     = false
  description = "Whether the input and output of each state are logged as well."
}

variable "log_retention_in_days" {
  type        = number
  description = "Days that its log is kept."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the log group; null for CloudWatch's own."
}

variable "tracing" {
  type        = bool
  default     = false
  description = "Whether executions are traced by X-Ray."
}

# {% include "parts/policies_variable.tf" %}

variable "schedules" {
  type = map(object({
    expression  = string
    description = string
  }))
  default     = {}
  description = "When it is started, by name: a cron(), rate() or at() expression, and what for."

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

# {% include "parts/schedules_variables.tf" %}

variable "schedules_role_name" {
  type        = string
  default     = null
  description = "Name of the role that starts it when a schedule is due; null without schedules."

  validation {
    condition     = length(var.schedules) == 0 || try(length(var.schedules_role_name) <= 64, false)
    error_message = "A role name has at most 64 characters."
  }
}
# {% include "parts/role_boundary_variable.tf" %}
