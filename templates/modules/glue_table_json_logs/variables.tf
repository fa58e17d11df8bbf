# {% include "parts/table_variables.tf" %}

variable "location" {
  type        = string
  description = "Address of the bucket: s3://bucket."

  validation {
    condition     = startswith(var.location, "s3://") && !endswith(var.location, "/")
    error_message = "A location is an address of S3 without a slash at its end."
  }
}

# {% if not variant.hourly %}
variable "days" {
  type        = number
  description = "For how many days there are logs."

  validation {
    condition     = var.days >= 1
    error_message = "At least one day."
  }
}

# {% endif %}
variable "sources" {
  type        = list(string)
  description = "How the keys of the logs begin, before the day, without a slash at their end: one for each that writes some."

  validation {
    condition     = length(var.sources) > 0 && alltrue([for source in var.sources : !strcontains(source, ",") && !endswith(source, "/")])
    error_message = "There is one source at least, without a comma, and without a slash at its end."
  }
}

variable "columns" {
  type        = map(string)
  description = "Keys of the lines that can be asked for, and their types."
}
