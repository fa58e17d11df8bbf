variable "database_name" {
  type        = string
  description = "Name of the database."

  # AWS: CreateDatabase, Amazon Timestream API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{3,256}$", var.database_name))
    error_message = "A database's name has 3 to 256 letters, digits and _ . -."
  }
}

variable "table_name" {
  type        = string
  description = "Name of the table."

  # AWS: CreateTable, Amazon Timestream API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{3,256}$", var.table_name))
    error_message = "A table's name has 3 to 256 letters, digits and _ . -."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts it; null for AWS's own."
}

variable "memory_hours" {
  type        = number
  description = "Hours that a measurement stays in the memory store."

  # AWS: RetentionProperties, Amazon Timestream API Reference.
  validation {
    condition     = var.memory_hours >= 1 && var.memory_hours <= 8766 && floor(var.memory_hours) == var.memory_hours
    error_message = "The memory store keeps a measurement for 1 to 8766 hours."
  }
}

variable "magnetic_days" {
  type        = number
  description = "Days that it stays in the magnetic store afterwards."

  # AWS: RetentionProperties, Amazon Timestream API Reference.
  validation {
    condition     = var.magnetic_days >= 1 && var.magnetic_days <= 73000 && floor(var.magnetic_days) == var.magnetic_days
    error_message = "The magnetic store keeps a measurement for 1 to 73000 days."
  }
}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
