variable "name" {
  type        = string
  description = "Name of the workgroup."

  # AWS: CreateWorkGroup, Amazon Athena API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9._-]{1,128}$", var.name))
    error_message = "A workgroup's name has 1 to 128 letters, digits and . _ -."
  }
}

variable "description" {
  type        = string
  description = "What the workgroup and its database are for."
}

variable "database_name" {
  type        = string
  description = "Name of the database of its tables."

  # AWS: "Name databases, tables, and columns", Amazon Athena User Guide.
  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,254}$", var.database_name))
    error_message = "A database's name has 1 to 255 lower-case letters, digits and underscores, a letter first."
  }
}

variable "account_id" {
  type        = string
  description = "Account of the bucket that answers are written to."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "bucket" {
  type        = string
  description = "Name of the bucket that answers are written to."
}

variable "most_bytes" {
  type        = number
  description = "Bytes after which a query is stopped."

  # AWS: WorkGroupConfiguration, Amazon Athena API Reference.
  validation {
    condition     = var.most_bytes >= 10000000
    error_message = "A query may read 10 MB at the least."
  }
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts answers; null for S3's own."
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the workgroup also deletes what people keep in it."
}

variable "queries" {
  type = map(object({
    description = string
    sql         = string
  }))
  default     = {}
  description = "Queries that are kept in the workgroup, by name."

  # AWS: NamedQuery, Amazon Athena API Reference.
  validation {
    condition     = alltrue([for name, query in var.queries : length(name) <= 128 && length(query.sql) <= 262144])
    error_message = "A query's name has 128 characters at most, and its SQL 262144."
  }
}
