variable "name" {
  type        = string
  description = "Name of the plan."
}

variable "description" {
  type        = string
  description = "Whom the plan is for, with the limit as it was agreed."
}

variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

variable "stage_name" {
  type        = string
  description = "Stage that the plan covers."
}

variable "requests_per_second" {
  type        = number
  description = "Requests a second for each key, on average; fractions are allowed."

  validation {
    condition     = var.requests_per_second > 0
    error_message = "Above 0."
  }
}

variable "burst" {
  type        = number
  description = "Requests at once for each key."

  validation {
    condition     = var.burst >= 1 && floor(var.burst) == var.burst
    error_message = "A whole number of at least 1."
  }
}

# {% if variant.quota %}
variable "quota_limit" {
  type        = number
  description = "Requests of each key in the period."

  validation {
    condition     = var.quota_limit >= 1 && floor(var.quota_limit) == var.quota_limit
    error_message = "A whole number of at least 1."
  }
}

variable "quota_period" {
  type        = string
  description = "The period: DAY, WEEK or MONTH."

  # AWS: QuotaSettings, Amazon API Gateway API Reference.
  validation {
    condition     = contains(["DAY", "WEEK", "MONTH"], var.quota_period)
    error_message = "DAY, WEEK or MONTH."
  }
}

# {% endif %}
variable "path_limits" {
  type = map(object({
    requests_per_second = number
    burst               = number
  }))
  description = "Tighter limits for each key, by path and method: /web/ANY and /web/{proxy+}/ANY."
}
