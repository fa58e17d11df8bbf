variable "name" {
  type        = string
  description = "Name of the application."

  # AWS: CreateApp, AWS Amplify API Reference.
  validation {
    condition     = length(var.name) >= 1 && length(var.name) <= 255
    error_message = "An application's name has 1 to 255 characters."
  }
}

variable "description" {
  type        = string
  description = "What people call it."
}

variable "repository" {
  type        = string
  description = "Repository that it is built from."

  validation {
    condition     = startswith(var.repository, "https://")
    error_message = "A repository is written with its https:// address."
  }
}

variable "platform" {
  type        = string
  description = "What serves it: WEB_COMPUTE renders pages on the server, WEB serves files."

  validation {
    condition     = contains(["WEB", "WEB_COMPUTE"], var.platform)
    error_message = "Amplify has WEB and WEB_COMPUTE."
  }
}

variable "build_spec" {
  type        = string
  default     = null
  description = "How it is built; null for the repository's own amplify.yml."
}

variable "environment" {
  type        = map(string)
  description = "Environment variables of its build; no secrets."
}

variable "branch" {
  type        = string
  description = "Branch that is built."
}

variable "stage" {
  type        = string
  description = "What the branch is for."

  # AWS: CreateBranch, AWS Amplify API Reference.
  validation {
    condition     = contains(["PRODUCTION", "BETA", "DEVELOPMENT", "EXPERIMENTAL", "PULL_REQUEST"], var.stage)
    error_message = "A stage is PRODUCTION, BETA, DEVELOPMENT, EXPERIMENTAL or PULL_REQUEST."
  }
}
