variable "name" {
  type        = string
  description = "Name of the key."

  validation {
    condition     = length(var.name) >= 1 && length(var.name) <= 1024
    error_message = "A key name has 1 to 1024 characters."
  }
}

variable "description" {
  type        = string
  description = "Whose key it is."
}

variable "usage_plan_id" {
  type        = string
  description = "Id of the usage plan."
}
