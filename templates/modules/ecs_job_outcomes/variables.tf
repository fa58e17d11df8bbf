variable "title" {
  type        = string
  description = "What people call it."
}

variable "entry" {
  type        = string
  description = "Its id in the catalogue."
}

variable "system" {
  type        = string
  description = "What messages call the system, with its environment."
}

variable "account_id" {
  type        = string
  description = "Account that it runs in."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "region" {
  type        = string
  description = "Region that it runs in."
}

# {% if variant.function %}
variable "name" {
  type        = string
  description = "Name of the function."
}

# {% else %}
variable "name" {
  type        = string
  description = "Name of its task family."
}

variable "containers" {
  type        = list(string)
  description = "Names of the containers of a task; the first one is the job itself."

  validation {
    condition     = length(var.containers) > 0
    error_message = "A task has one container at least."
  }
}

variable "preparing" {
  type        = map(string)
  default     = {}
  description = "Containers without whose success others do not begin, each with what it has to have done: success."
}

variable "time_limits" {
  type        = list(string)
  default     = []
  description = "Containers that end with 0 when the time of a run is up, and are killed when it ends before."
}

# {% endif %}
variable "log_group_name" {
  type        = string
  description = "Log group of its output."
}

variable "outcomes" {
  type = map(object({
    rule_name = string
    topic_arn = string
  }))
  description = "Outcomes that people are told of, success and failure: the name of the rule, and the topic that it writes to."

  validation {
    condition     = alltrue([for outcome in keys(var.outcomes) : contains(["success", "failure"], outcome)])
    error_message = "An outcome is success or failure."
  }

  # PutRule, Amazon EventBridge API Reference.
  validation {
    condition     = alltrue([for found in var.outcomes : can(regex("^[.A-Za-z0-9_-]{1,64}$", found.rule_name))])
    error_message = "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}
