variable "project_id" {
  type        = string
  description = "Id of the project."

  # Google Cloud: Project, Resource Manager API.
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project's id has 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "apis" {
  type        = set(string)
  description = "APIs that are turned on."
}

variable "name" {
  type        = string
  description = "Id of the pool of identities."

  # Google Cloud: projects.locations.workloadIdentityPools.create, IAM API.
  validation {
    condition     = can(regex("^[a-z0-9-]{4,32}$", var.name)) && !startswith(var.name, "gcp-")
    error_message = "A pool's id has 4 to 32 lower-case letters, digits and hyphens, and does not begin with gcp-."
  }
}

variable "provider_id" {
  type        = string
  description = "Id of the provider in it."

  # Google Cloud: projects.locations.workloadIdentityPools.providers.create, IAM API.
  validation {
    condition     = can(regex("^[a-z0-9-]{4,32}$", var.provider_id)) && !startswith(var.provider_id, "gcp-")
    error_message = "A provider's id has 4 to 32 lower-case letters, digits and hyphens, and does not begin with gcp-."
  }
}

variable "title" {
  type        = string
  description = "What people call it."
}

variable "aws_account_id" {
  type        = string
  description = "AWS account whose roles sign in."
}

variable "accounts" {
  type = map(object({
    id             = string
    description    = string
    aws_role_names = list(string)
    roles          = list(string)
    dataset_role   = optional(string)
  }))
  description = "Service accounts: which AWS roles sign in as each, and its roles in the project and in every data set."

  # Google Cloud: projects.serviceAccounts.create, IAM API.
  validation {
    condition     = alltrue([for account in var.accounts : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", account.id))])
    error_message = "A service account's id has 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "datasets" {
  type = map(object({
    id                          = string
    description                 = string
    location                    = string
    default_table_expiration_ms = optional(number)
  }))
  default     = {}
  description = "Data sets of BigQuery, by name; tables that expire do so these milliseconds after they are made."
}
