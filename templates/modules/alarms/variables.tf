variable "topic_arn" {
  type = string
  # {% if variant.extended %}
  default = null
  # {% endif %}
  description = "Topic that hears of alarms, and of their end."
}

variable "alarms" {
  type = map(object({
    description        = string
    namespace          = string
    metric             = string
    statistic          = optional(string)
    extended_statistic = optional(string)
    comparison         = string
    threshold          = number
    seconds            = number
    periods            = number
    datapoints         = number
    missing            = string
    dimensions         = map(string)
    # {% if variant.extended %}
    topic_arn = optional(string)
    # {% endif %}
  }))
  # {% if variant.extended %}
  default     = {}
  description = "Alarms by name: each goes off when so many `datapoints` of `periods` periods of `seconds` cross the threshold, and tells its own topic, if it has one."
  # {% else %}
  description = "Alarms by name: each goes off when so many `datapoints` of `periods` periods of `seconds` cross the threshold."
  # {% endif %}

  # AWS: PutMetricAlarm, Amazon CloudWatch API Reference.
  validation {
    condition     = alltrue([for name in keys(var.alarms) : length(name) <= 255])
    error_message = "An alarm's name has at most 255 characters."
  }
}
# {% if variant.extended %}

variable "expressions" {
  type = map(object({
    description = string
    namespace   = string
    expressions = map(string)
    terms       = map(string)
    statistic   = string
    comparison  = string
    threshold   = optional(number)
    seconds     = number
    periods     = number
    datapoints  = number
    missing     = string
    dimensions  = map(string)
    topic_arn   = optional(string)

    term_dimensions = optional(map(map(string)), {})
  }))
  default     = {}
  description = "The same, of the expression or term `result`: worked out of the others and of the metrics in `terms`, by their ids; `term_dimensions` are those of one term alone. An expression `band` stands for the threshold."

  validation {
    condition     = alltrue([for alarm in values(var.expressions) : contains(keys(merge(alarm.expressions, alarm.terms)), "result")])
    error_message = "One of the expressions or terms is the `result`."
  }

  validation {
    condition     = alltrue([for alarm in values(var.expressions) : (alarm.threshold == null) == contains(keys(alarm.expressions), "band")])
    error_message = "An alarm has a threshold, or an expression `band`."
  }

  # AWS: PutMetricAlarm, Amazon CloudWatch API Reference.
  validation {
    condition     = alltrue([for name in keys(var.expressions) : length(name) <= 255])
    error_message = "An alarm's name has at most 255 characters."
  }
}
# {% endif %}
