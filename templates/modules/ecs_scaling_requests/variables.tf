variable "resource_id" {
  type        = string
  description = "Id under which Application Auto Scaling knows the service."
}

# {% if variant.blue_green %}
variable "load_balancer" {
  type        = string
  description = "The load balancer before the service as CloudWatch names it: app/<name>/<id>."
}

variable "target_groups" {
  type        = map(string)
  description = "The two target groups of the service as CloudWatch names them, by `blue` and `green`."

  validation {
    condition     = join(" ", sort(keys(var.target_groups))) == "blue green"
    error_message = "There is a blue and a green target group."
  }
}

# {% else %}
variable "resource_label" {
  type        = string
  description = "The load balancer and the target group of the service as CloudWatch names them: app/<name>/<id>/targetgroup/<name>/<id>."

  # PredefinedMetricSpecification, Application Auto Scaling API Reference.
  validation {
    condition     = can(regex("^app/[^/]+/[^/]+/targetgroup/[^/]+/[^/]+$", var.resource_label))
    error_message = "A resource label is app/<name>/<id>/targetgroup/<name>/<id>."
  }
}

# {% endif %}
variable "requests_per_target" {
  type        = number
  description = "Requests a minute that a task is there for."

  validation {
    condition     = var.requests_per_target > 0
    error_message = "Requests a minute are more than none."
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
