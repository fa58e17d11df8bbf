# {% include "parts/table_variables.tf" %}

variable "location" {
  type        = string
  description = "Address of the logs, before the region: s3://bucket/AWSLogs/account/CloudTrail."

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

variable "regions" {
  type        = list(string)
  description = "Regions whose events there are."
}
