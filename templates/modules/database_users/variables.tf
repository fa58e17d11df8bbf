variable "database_resource_id" {
  type        = string
  description = "Id that AWS gives the database, another one for a database that replaces it."
}

variable "users" {
  type = map(object({
    of               = string
    access           = string
    password_version = optional(number) # with another one, somebody has to tell the database another password
  }))
  description = "Each user by its name: the entries that sign in as it, and what it may do."
}

variable "script" {
  type        = string
  description = "File that makes the users, by its path in the stack's folder."
}
