variable "name" {
  type        = string
  description = "Name of the budget."

  # AWS: Budget, AWS Budgets API Reference.
  validation {
    condition     = can(regex("^[^:\\\\]{1,100}$", var.name))
    error_message = "A budget's name has at most 100 characters, and no colon or backslash."
  }
}

variable "account_id" {
  type        = string
  description = "Account whose costs count."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "monthly" {
  type        = number
  description = "US dollars a month."
}

variable "filters" {
  type        = map(list(string))
  default     = {}
  description = "Whose costs count, by AWS's names of filters, such as Service or Region; none for all that the account costs."
}

variable "notifications" {
  type = map(object({
    percent   = number
    type      = optional(string, "ACTUAL")
    addresses = optional(set(string), [])
    topic_arn = optional(string)
  }))
  description = "Who hears, by name: as soon as so many percent are passed, or AWS expects that they will be (FORECASTED), addresses are written to, or a topic is told."

  # AWS: CreateBudget, AWS Budgets API Reference.
  validation {
    condition     = length(var.notifications) <= 10
    error_message = "A budget has at most 10 notifications."
  }
}
