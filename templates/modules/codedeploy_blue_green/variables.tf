variable "name" {
  type        = string
  description = "Name of the application, and of its deployment group."

  # AWS: CreateApplication and CreateDeploymentGroup, AWS CodeDeploy API Reference.
  validation {
    condition     = length(var.name) >= 1 && length(var.name) <= 100
    error_message = "An application name has 1 to 100 characters."
  }
}

variable "config_name" {
  type        = string
  description = "Name of the deployment configuration; another one for other figures."

  # AWS: CreateDeploymentConfig, AWS CodeDeploy API Reference.
  validation {
    condition     = length(var.config_name) >= 1 && length(var.config_name) <= 100
    error_message = "The name of a deployment configuration has 1 to 100 characters."
  }
}

variable "account_id" {
  type        = string
  description = "Account that the service runs in."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "region" {
  type        = string
  description = "Region that the service runs in."
}

variable "role_name" {
  type        = string
  description = "Name of the role that CodeDeploy is."

  validation {
    condition     = length(var.role_name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}

variable "cluster_name" {
  type        = string
  description = "Name of the service's cluster."
}

variable "service_name" {
  type        = string
  description = "Name of the service."
}

variable "execution_role_arn" {
  type        = string
  description = "ARN of the role that starts the tasks."
}

variable "task_role_arn" {
  type        = string
  description = "ARN of the role that the code runs as."
}

variable "listener_arn" {
  type        = string
  description = "ARN of the listener whose requests move."
}

variable "rule_arns" {
  type        = list(string)
  description = "ARNs of the rules of that listener that lead to the service."
}

variable "target_group_names" {
  type        = list(string)
  description = "The two target groups of the service, by name."

  validation {
    condition     = length(var.target_group_names) == 2
    error_message = "There are two target groups."
  }
}

variable "shift" {
  type = object({
    type    = string
    percent = number
    minutes = number
  })
  description = "How requests move: in equal steps (linear), or a few at first and then the rest (canary); so many percent, and the minutes between steps."

  # AWS: TimeBasedLinear and TimeBasedCanary, AWS CodeDeploy API Reference.
  validation {
    condition     = contains(["linear", "canary"], var.shift.type)
    error_message = "Requests move by linear or canary."
  }

  validation {
    condition     = var.shift.percent >= 1 && var.shift.percent <= 99 && floor(var.shift.percent) == var.shift.percent
    error_message = "A step is 1 to 99 percent, a whole number."
  }

  validation {
    condition     = var.shift.minutes >= 1 && floor(var.shift.minutes) == var.shift.minutes
    error_message = "Steps are whole minutes apart."
  }
}

variable "keep_minutes" {
  type        = number
  description = "Minutes that the old tasks stay once all requests are on the new ones."

  # AWS: BlueInstanceTerminationOption, AWS CodeDeploy API Reference.
  validation {
    condition     = var.keep_minutes >= 0 && var.keep_minutes <= 2880 && floor(var.keep_minutes) == var.keep_minutes
    error_message = "Old tasks stay for 2880 whole minutes at most."
  }
}

variable "alarms" {
  type        = list(string)
  default     = []
  description = "Alarms by which a delivery goes back, by name."

  # AWS: "CodeDeploy quotas", AWS CodeDeploy User Guide.
  validation {
    condition     = length(var.alarms) <= 10
    error_message = "A deployment group has at most 10 alarms."
  }
}
# {% include "parts/role_boundary_variable.tf" %}
