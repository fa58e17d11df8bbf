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

variable "percentile" {
  type        = string
  description = "Which response time counts, such as p90."

  validation {
    condition     = can(regex("^p[1-9][0-9]?(\\.[0-9]+)?$", var.percentile))
    error_message = "A percentile such as p90 or p99.9."
  }
}

variable "response_seconds" {
  type        = number
  description = "Response time in seconds that was promised."

  validation {
    condition     = var.response_seconds > 0
    error_message = "Above 0."
  }
}
