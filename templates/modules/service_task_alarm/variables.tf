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

variable "min_tasks" {
  type        = number
  description = "Fewest tasks that have to run."

  validation {
    condition     = var.min_tasks >= 1
    error_message = "At least 1: no alarm watches a service that may have no task."
  }
}
