variable "resource_id" {
  type        = string
  description = "Id of the scalable target."
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

variable "seconds" {
  type        = number
  description = "Response time to keep, in seconds."

  validation {
    condition     = var.seconds > 0
    error_message = "A response time is above 0."
  }
}

variable "scale_out_cooldown" {
  type        = number
  description = "Seconds after growing before growing again."
}
