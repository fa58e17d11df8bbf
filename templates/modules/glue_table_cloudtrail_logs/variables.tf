variable "name" {
  type        = string
  description = "Name of the table."

  # AWS: "Name databases, tables, and columns", Amazon Athena User Guide.
  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,254}$", var.name))
    error_message = "A table's name has 1 to 255 lower-case letters, digits and underscores, a letter first."
  }
}

variable "database_name" {
  type        = string
  description = "Database that it is in."
}

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
