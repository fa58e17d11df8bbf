variable "usage_plan_id" {
  type        = string
  description = "Id of the usage plan."
}

# {% if variant.plans %}
variable "usage_plan_ids" {
  type        = map(string)
  description = "Ids of the usage plans of keys that are in another one, by their callers."
}

# {% endif %}
# {% if variant.until %}
variable "valid_until" {
  type        = string
  description = "Day from which on, in UTC, they are disabled: 2027-01-15."

  # RFC 3339, in which Terraform compares times.
  validation {
    condition     = can(timeadd("${var.valid_until}T00:00:00Z", "0s"))
    error_message = "A day has the form 2027-01-15."
  }
}

# {% endif %}
variable "keys" {
  type = map(object({
    name        = string
    description = string
  }))
  description = "The keys by their callers: what each is called, and whose it is."

  # AWS: CreateApiKey, Amazon API Gateway API Reference.
  validation {
    condition     = alltrue([for key in var.keys : length(key.name) >= 1 && length(key.name) <= 1024])
    error_message = "A key name has 1 to 1024 characters."
  }
}
