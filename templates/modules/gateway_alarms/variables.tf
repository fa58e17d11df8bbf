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

variable "error_percent" {
  type        = number
  description = "Share of requests in percent that may end with 5xx."

  validation {
    condition     = var.error_percent > 0 && var.error_percent <= 100
    error_message = "A percentage above 0 and up to 100."
  }
}
