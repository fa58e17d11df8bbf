variable "task_role_name" {
  type        = string
  description = "Name of the role that may call."
}

variable "region" {
  type        = string
  description = "Region of the gateway."
}

variable "stage_execution_arn" {
  type        = string
  description = "Execution ARN of the gateway's stage."
}

variable "paths" {
  type        = list(string)
  description = "First path segments of the services that may be called."

  validation {
    condition     = length(var.paths) > 0 && alltrue([for path in var.paths : can(regex("^[a-z0-9-]+$", path))])
    error_message = "A path segment has lower-case letters, digits and hyphens."
  }
}

variable "api_key_id" {
  type        = string
  description = "Id of the service's API key."
}
