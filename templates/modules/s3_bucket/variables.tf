variable "name" {
  type        = string
  description = "Name of the bucket."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.name))
    error_message = "A bucket name has 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "force_destroy" {
  type        = bool
  description = "Whether destroying the bucket also deletes the objects in it."
}

variable "kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the objects; null for S3's own."
}

variable "incomplete_uploads_days" {
  type        = number
  description = "Days that parts stay of an upload that was never completed."

  validation {
    condition     = var.incomplete_uploads_days >= 1
    error_message = "At least one day."
  }
}

variable "lifecycle_rules" {
  type = map(object({
    prefix                   = optional(string, "")
    transitions              = optional(map(number), {})
    expire_days              = optional(number)
    expire_old_versions_days = optional(number)
  }))
  default     = {}
  description = "What becomes of objects whose keys begin with a prefix: days until they move, by storage class, until they are deleted, and until versions that were replaced are."
}

variable "statements" {
  type = map(object({
    effect     = optional(string, "Allow")
    principals = map(list(string))
    actions    = list(string)
    keys       = optional(list(string), ["*"])
    conditions = optional(map(map(list(string))), {})
  }))
  default     = {}
  description = "Further statements of the bucket's policy, by statement id: who may do what to objects whose keys match, or to the bucket itself where there are no keys."

  # AWS: "IAM JSON policy elements: Sid" and "Effect", IAM User Guide.
  validation {
    condition     = alltrue([for sid, statement in var.statements : can(regex("^[A-Za-z0-9]+$", sid)) && contains(["Allow", "Deny"], statement.effect)])
    error_message = "A statement's id has letters and digits, and its effect is Allow or Deny."
  }
}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
