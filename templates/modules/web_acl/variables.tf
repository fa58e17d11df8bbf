variable "name" {
  type        = string
  description = "Name of the web ACL."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.name))
    error_message = "A web ACL name has 1 to 128 letters, digits, hyphens and underscores."
  }
}

variable "description" {
  type        = string
  description = "What the web ACL protects."

  # CreateWebACL, AWS WAFV2 API reference.
  validation {
    condition     = can(regex("^[\\w+=:#@/,. -]{1,256}$", var.description))
    error_message = "1 to 256 ASCII letters, digits, spaces and _ + = : # @ / , . -"
  }
}

variable "requests_per_minute_per_key" {
  type        = number
  description = "Requests a minute with one API key before it is stopped."

  validation {
    condition     = var.requests_per_minute_per_key >= 10 && floor(var.requests_per_minute_per_key) == var.requests_per_minute_per_key
    error_message = "A rate rule counts at least 10 requests."
  }
}

variable "requests_per_minute_per_address" {
  type        = number
  description = "Requests a minute from one address before it is stopped."

  validation {
    condition     = var.requests_per_minute_per_address >= 10 && floor(var.requests_per_minute_per_address) == var.requests_per_minute_per_address
    error_message = "A rate rule counts at least 10 requests."
  }
}

variable "log_group_name" {
  type        = string
  description = "Name of the log group of what WAF decided."

  validation {
    condition     = startswith(var.log_group_name, "aws-waf-logs-")
    error_message = "WAF writes only to log groups whose name begins with aws-waf-logs-."
  }
}

variable "log_retention_in_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "logs_kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the log group."
}
