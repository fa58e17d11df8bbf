variable "secret_arn" {
  type        = string
  description = "ARN of the secret."
}

variable "keys" {
  type        = set(string)
  default     = []
  description = "Keys of the secret's JSON, each with a value of its own; none for a single value without JSON."
}

variable "length" {
  type        = number
  description = "Characters of each value."

  validation {
    condition     = var.length >= 8 && var.length <= 4096
    error_message = "8 to 4096."
  }
}

variable "punctuation" {
  type        = bool
  description = "Whether there are other characters than letters and digits."
}

variable "value_version" {
  type        = number
  description = "New values are drawn when it is raised."

  validation {
    condition     = var.value_version >= 1
    error_message = "1 or more."
  }
}
