# {% include "parts/table_variables.tf" %}

variable "location" {
  type        = string
  description = "Address of the logs, before the day: s3://bucket/prefix/AWSLogs/account/elasticloadbalancing/region."

  validation {
    condition     = startswith(var.location, "s3://") && !endswith(var.location, "/")
    error_message = "A location is an address of S3 without a slash at its end."
  }
}

variable "days" {
  type        = number
  description = "For how many days there are logs."

  validation {
    condition     = var.days >= 1
    error_message = "At least one day."
  }
}
