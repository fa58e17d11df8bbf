variable "task_role_name" {
  type        = string
  description = "Name of the role that may connect."
}

variable "account_id" {
  type        = string
  description = "Account of the proxy."
}

variable "region" {
  type        = string
  description = "Region of the proxy."
}

variable "proxy_resource_id" {
  type        = string
  description = "Resource id of the RDS Proxy, prx-..., not its name."
}

variable "database_users" {
  type        = list(string)
  description = "Database users that the role may sign in as."

  # MySQL 8.0 Reference Manual, Account Names: at most 32 characters; a * would match every user.
  validation {
    condition     = length(var.database_users) > 0 && alltrue([for user in var.database_users : can(regex("^[a-z0-9_]{1,32}$", user))])
    error_message = "A database user has 1 to 32 lower-case letters, digits and underscores."
  }
}
