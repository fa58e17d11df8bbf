variable "name" {
  type        = string
  description = "Family of the task definition."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "A task definition family has 1 to 255 letters, digits, hyphens and underscores."
  }
}

variable "account_id" {
  type        = string
  description = "Account that the tasks run in."

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits."
  }
}

variable "region" {
  type        = string
  description = "Region that the tasks run in."
}

variable "container_name" {
  type        = string
  description = "Name of the container, which the load balancer's registration refers to."
}

variable "image" {
  type        = string
  description = "Image with its tag or digest."
}

variable "repository_arn" {
  type        = string
  description = "ARN of the ECR repository that the image comes from."
}

variable "cpu" {
  type        = number
  description = "CPU units of the task; 1024 are one vCPU."

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "Fargate offers 0.25, 0.5, 1, 2, 4, 8 and 16 vCPU."
  }
}

variable "memory" {
  type        = number
  description = "Memory of the task in MiB; which values go with a CPU is checked in the catalogue."

  validation {
    condition     = var.memory >= 512 && var.memory <= 122880
    error_message = "Fargate offers 512 MiB to 120 GiB."
  }
}

variable "cpu_architecture" {
  type        = string
  description = "Processor that the image is built for: X86_64 or ARM64."

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "Fargate runs X86_64 and ARM64."
  }
}

variable "port" {
  type        = number
  description = "TCP port that the container listens on."

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "A port is between 1 and 65535."
  }
}

variable "environment" {
  type        = map(string)
  description = "Environment variables of the container; no secrets."
}

variable "read_only_root_filesystem" {
  type        = bool
  description = "Whether the container's root is read-only; ECS Exec needs it writable."
}

variable "execution_role_name" {
  type        = string
  description = "Name of the role that starts the tasks."

  validation {
    condition     = length(var.execution_role_name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}

variable "task_role_name" {
  type        = string
  description = "Name of the role that the code runs as."

  validation {
    condition     = length(var.task_role_name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}

variable "log_group_name" {
  type        = string
  description = "Name of the log group of the containers."
}

variable "log_retention_in_days" {
  type        = number
  description = "Days that the containers' logs are kept."
}

variable "logs_kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the log group."
}
