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

variable "queue_name" {
  type        = string
  description = "Name of the queue."
}

variable "dead_letter_name" {
  type        = string
  description = "Name of the dead-letter queue."
}

variable "age_seconds" {
  type        = number
  description = "Seconds that an event may wait."

  validation {
    condition     = var.age_seconds > 0
    error_message = "Above 0."
  }
}
