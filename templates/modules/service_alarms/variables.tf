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

variable "cluster_name" {
  type        = string
  description = "Name of the cluster."
}

variable "service_name" {
  type        = string
  description = "Name of the service."
}

variable "cpu_percent" {
  type        = number
  description = "Average CPU use in percent at which the alarm goes off."

  validation {
    condition     = var.cpu_percent > 0 && var.cpu_percent <= 100
    error_message = "A percentage above 0 and up to 100."
  }
}

variable "memory_percent" {
  type        = number
  description = "Average memory use in percent at which the alarm goes off."

  validation {
    condition     = var.memory_percent > 0 && var.memory_percent <= 100
    error_message = "A percentage above 0 and up to 100."
  }
}
