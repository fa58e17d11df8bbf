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

variable "cluster_identifier" {
  type        = string
  description = "Identifier of the cluster."
}

variable "lag_milliseconds" {
  type        = number
  description = "Milliseconds behind the writer at which the alarm goes off."

  validation {
    condition     = var.lag_milliseconds > 0
    error_message = "Above 0."
  }
}
