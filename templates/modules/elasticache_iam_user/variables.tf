variable "name" {
  type        = string
  description = "Name of the user, and of its group."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name))
    error_message = "1 to 40 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "engine" {
  type        = string
  description = "The cache's engine: valkey or redis."
}

variable "default_user" {
  type        = string
  default     = null
  description = "Id of the user `default`, which may do nothing and which groups for Redis OSS have to have; null for Valkey."
}
