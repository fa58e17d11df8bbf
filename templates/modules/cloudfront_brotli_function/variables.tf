variable "name" {
  type        = string
  description = "Name of the function."

  # CreateFunction, Amazon CloudFront API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,64}$", var.name))
    error_message = "A function's name has 1 to 64 letters, digits, hyphens and underscores."
  }
}
