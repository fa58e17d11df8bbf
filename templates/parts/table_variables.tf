# {# What a table of logs is called, and its database. #}
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
