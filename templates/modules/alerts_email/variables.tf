variable "topic_arn" {
  type        = string
  description = "ARN of the topic."
}

variable "addresses" {
  type        = set(string)
  description = "E-mail addresses."

  validation {
    condition     = alltrue([for address in var.addresses : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "An e-mail address has one @ and no spaces."
  }
}
