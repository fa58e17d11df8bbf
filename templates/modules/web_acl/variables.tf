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
# {% if not variant.cloudfront %}

variable "resource_arn" {
  type        = string
  description = "ARN of what it protects: a stage of a REST API or an application load balancer, never an HTTP API."
}

# {% if variant.header %}
variable "custom_header" {
  type = object({
    name   = string
    values = list(string)
  })
  sensitive   = true
  description = "Header, in small letters, by whose values the distributions are known that are let in."
}
# {% else %}
variable "custom_header_name" {
  type        = string
  default     = null
  description = "Header, in small letters, by which a load balancer knows its distributions: the log has no value of it. Null for none."
}
# {% endif %}
# {% endif %}
# {% if variant.countries %}

variable "countries" {
  type        = list(string)
  description = "Countries whose requests are let in, as ISO 3166 writes them."

  # AWS: GeoMatchStatement, AWS WAFV2 API Reference.
  validation {
    condition     = length(var.countries) >= 1 && length(var.countries) <= 50 && alltrue([for code in var.countries : can(regex("^[A-Z]{2}$", code))])
    error_message = "1 to 50 countries of two capital letters."
  }
}
# {% endif %}

variable "managed_rules" {
  type = list(object({
    name  = string
    group = string
    # {% if variant.tuned %}
    action  = string
    counted = optional(list(string), [])
    # {% endif %}
  }))
  description = "Rule groups that AWS keeps, in order of evaluation."

  validation {
    condition     = alltrue([for rule in var.managed_rules : startswith(rule.group, "AWSManagedRules")])
    error_message = "A rule group that AWS keeps begins with AWSManagedRules."
  }
}

# {% if variant.tuned %}
variable "counted_at" {
  type = object({
    labels = list(string)
    paths  = string
    action = string
  })
  default     = null
  description = "Where rules only count that block elsewhere: the labels that they leave, a regular expression of the paths, and what becomes of other requests (block or count). Null where they count everywhere."

  # AWS: RegexMatchStatement, AWS WAFV2 API Reference.
  validation {
    condition     = var.counted_at == null || length(try(var.counted_at.paths, "")) <= 512
    error_message = "A regular expression has at most 512 characters."
  }
}

variable "inspected_body" {
  type        = string
  default     = null
  description = "How much of a body is read, such as KB_64; null for what AWS reads by default."

  # AWS: RequestBodyAssociatedResourceTypeConfig, AWS WAFV2 API Reference.
  validation {
    condition     = var.inspected_body == null || contains(["KB_16", "KB_32", "KB_48", "KB_64"], coalesce(var.inspected_body, "-"))
    error_message = "KB_16, KB_32, KB_48 or KB_64."
  }
}

# {% endif %}
variable "rate_rules" {
  type = list(object({
    name     = string
    requests = number
    seconds  = number
  }))
  description = "How many requests one address may send within so many seconds."

  # RateBasedStatement, AWS WAFV2 API reference.
  validation {
    condition     = alltrue([for rule in var.rate_rules : rule.requests >= 10 && contains([60, 120, 300, 600], rule.seconds)])
    error_message = "WAF counts at least 10 requests within 60, 120, 300 or 600 seconds."
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

variable "log_every_request" {
  type        = bool
  default     = false
  description = "Whether the log has requests that no rule blocked or counted, too."
}

variable "log_retention_in_days" {
  type        = number
  description = "Days that the log is kept."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the log group; null for CloudWatch's own."
}
