variable "name" {
  type        = string
  description = "Name of the filter."

  # AWS: PutMetricFilter, Amazon CloudWatch Logs API Reference.
  validation {
    condition     = can(regex("^[^:*]{1,512}$", var.name))
    error_message = "A filter name has at most 512 characters, and no colon or asterisk."
  }
}

variable "log_group_name" {
  type        = string
  description = "Log group whose lines are counted."
}

variable "writer" {
  type        = string
  description = "What writes the log, as AWS calls it: its log group is there once that is."
}

variable "pattern" {
  type        = string
  description = "Which lines are counted, in the filter syntax of CloudWatch Logs."

  validation {
    condition     = length(var.pattern) <= 1024
    error_message = "A filter pattern has at most 1,024 characters."
  }
}

variable "namespace" {
  type        = string
  description = "Namespace of the metric."
}

variable "metric" {
  type        = string
  description = "Name of the metric."
}
