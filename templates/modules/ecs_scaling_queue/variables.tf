variable "resource_id" {
  type        = string
  description = "Id under which Application Auto Scaling knows the service."
}

variable "cluster_name" {
  type        = string
  description = "Name of the cluster."
}

variable "service_name" {
  type        = string
  description = "Name of the service."
}

variable "queue_name" {
  type        = string
  description = "Name of the queue that the service receives from."
}

variable "messages_per_task" {
  type        = number
  description = "Messages that a task is there for, waiting and being handled."

  validation {
    condition     = var.messages_per_task > 0
    error_message = "At least one message a task."
  }
}

variable "scale_out_cooldown" {
  type        = number
  description = "Seconds after growing before growing again."
}

variable "scale_in_cooldown" {
  type        = number
  description = "Seconds after shrinking before shrinking again."
}
# {% if variant.from_zero %}

variable "alarm_name" {
  type        = string
  description = "Name of the alarm that starts the first task."

  # AWS: PutMetricAlarm, Amazon CloudWatch API Reference.
  validation {
    condition     = length(var.alarm_name) <= 255
    error_message = "An alarm name has at most 255 characters."
  }
}
# {% endif %}
