variable "topic_arn" {
  type        = string
  description = "Topic that hears of alarms, and of their end."
}

variable "alarms" {
  type = map(object({
    description        = string
    namespace          = string
    metric             = string
    statistic          = optional(string)
    extended_statistic = optional(string)
    comparison         = string
    threshold          = number
    seconds            = number
    periods            = number
    datapoints         = number
    missing            = string
    dimensions         = map(string)
  }))
  description = "Alarms by name: each goes off when so many `datapoints` of `periods` periods of `seconds` cross the threshold."

  # AWS: PutMetricAlarm, Amazon CloudWatch API Reference.
  validation {
    condition     = alltrue([for name in keys(var.alarms) : length(name) <= 255])
    error_message = "An alarm's name has at most 255 characters."
  }
}
