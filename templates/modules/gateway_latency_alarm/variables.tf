variable "alarm_prefix" {
  type        = string
  description = "What the names of the alarms begin with."

  validation {
    condition     = length(var.alarm_prefix) >= 1 && length(var.alarm_prefix) <= 220
    error_message = "1 to 220 characters: an alarm name has at most 255."
  }
}

variable "topic_arn" {
  type        = string
  description = "ARN of the topic that the alarms go to."
}

variable "api_name" {
  type        = string
  description = "Name of the API."
}

variable "stage_name" {
  type        = string
  description = "Name of the stage."
}

variable "percentile" {
  type        = string
  description = "Which response time counts, such as p90."

  validation {
    condition     = can(regex("^p[1-9][0-9]?(\\.[0-9]+)?$", var.percentile))
    error_message = "A percentile such as p90 or p99.9."
  }
}

variable "latency_milliseconds" {
  type        = number
  description = "Response time in milliseconds that was promised."

  validation {
    condition     = var.latency_milliseconds > 0
    error_message = "Above 0."
  }
}
