variable "name" {
  type        = string
  description = "Name of the stage, the first segment of its address."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.name))
    error_message = "A stage name has 1 to 128 letters, digits, hyphens and underscores."
  }
}

variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

variable "description" {
  type        = string
  description = "What the stage serves."
}

variable "redeploy_on" {
  type        = map(string)
  description = "Fingerprints of what the deployment holds: the routes and the resource policy, by their names."
}

variable "requests_per_second" {
  type        = number
  description = "Requests a second that the whole stage takes, on average."

  validation {
    condition     = var.requests_per_second > 0
    error_message = "Above 0."
  }
}

variable "burst" {
  type        = number
  description = "Requests that the whole stage takes at once."

  validation {
    condition     = var.burst >= 1 && floor(var.burst) == var.burst
    error_message = "A whole number of at least 1."
  }
}

variable "traced" {
  type        = bool
  description = "Whether X-Ray gets a sample of the requests; each that is recorded is billed."
}

variable "access_log_group_name" {
  type        = string
  description = "Name of the log group of the requests."
}

variable "access_log_retention_in_days" {
  type        = number
  description = "Days that the record of the requests is kept."
}

variable "execution_log_retention_in_days" {
  type        = number
  description = "Days that API Gateway's own error log is kept."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the log groups; null for CloudWatch's own."
}
