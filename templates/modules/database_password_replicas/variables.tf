variable "secret_names" {
  type        = map(string)
  description = "Names of the secrets, and of their replicas, by the database user whose password they have."

  # AWS: CreateSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = alltrue([for name in var.secret_names : can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", name))])
    error_message = "A secret's name has 1 to 512 letters, digits and / _ + = . @ -."
  }
}
