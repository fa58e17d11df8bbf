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

variable "service_name" {
  type        = string
  description = "Name of the service."
}

variable "load_balancer_arn_suffix" {
  type        = string
  description = "Load balancer as CloudWatch names it: app/<name>/<id>."
}

variable "target_group_arn_suffix" {
  type        = string
  description = "Target group as CloudWatch names it: targetgroup/<name>/<id>."
}

variable "errors_per_minute" {
  type        = number
  description = "Answers with 5xx in a minute at which the alarm goes off."

  validation {
    condition     = var.errors_per_minute > 0
    error_message = "Above 0."
  }
}
