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

variable "capacity_percent" {
  type        = number
  description = "Use of the largest capacity in percent at which the alarm goes off."

  validation {
    condition     = var.capacity_percent > 0 && var.capacity_percent <= 100
    error_message = "A percentage above 0 and up to 100."
  }
}

variable "connections" {
  type        = number
  description = "Connections to one instance at which the alarm goes off."

  validation {
    condition     = var.connections >= 1
    error_message = "At least 1."
  }
}

variable "cpu_percent" {
  type        = number
  description = "CPU use of one instance in percent at which the alarm goes off."

  validation {
    condition     = var.cpu_percent > 0 && var.cpu_percent <= 100
    error_message = "A percentage above 0 and up to 100."
  }
}

variable "volume_bytes" {
  type        = number
  description = "Bytes of data that were planned."

  validation {
    condition     = var.volume_bytes > 0
    error_message = "Above 0."
  }
}
