variable "system" {
  type        = string
  description = "What messages call the system, with its environment."
}

variable "account_id" {
  type        = string
  description = "Account that services run in."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "region" {
  type        = string
  description = "Region that services run in."
}

variable "topic_arn" {
  type        = string
  description = "ARN of the topic that people hear of it by."
}

variable "deployers" {
  type = map(object({
    rule_name = string
    names     = list(string)
  }))
  description = "What is told, of whom: deployments by ecs and by codedeploy, and starts of tasks; the name of the rule, and the clusters or the applications that it is about."

  validation {
    condition     = alltrue([for deployer in keys(var.deployers) : contains(["codedeploy", "ecs", "starts"], deployer)])
    error_message = "What is told is one of codedeploy, ecs and starts."
  }

  # PutRule, Amazon EventBridge API Reference.
  validation {
    condition     = alltrue([for found in var.deployers : can(regex("^[.A-Za-z0-9_-]{1,64}$", found.rule_name))])
    error_message = "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}
