# {# The logs of a database that go to CloudWatch, and their key. #}
variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the log groups; AWS's own when left out."
}

variable "log_exports" {
  type        = map(number)
  description = "Logs that go to CloudWatch, and the days that each is kept."

  # AWS: PutRetentionPolicy, CloudWatch Logs API Reference.
  validation {
    condition     = alltrue([for days in var.log_exports : contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], days)])
    error_message = "CloudWatch Logs keeps events for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}
