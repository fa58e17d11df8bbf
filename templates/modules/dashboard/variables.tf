variable "name" {
  type        = string
  description = "Name of the dashboard."

  # AWS: PutDashboard, Amazon CloudWatch API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "A dashboard's name has 1 to 255 letters, digits, hyphens and underscores."
  }
}

variable "widgets" {
  type        = any
  description = "Widgets, as the body of a dashboard has them: their properties differ by type."
}
