# {% extends "modules/ecs_service/variables.tf" %}
# {% block repositories %}
variable "repository_arns" {
  type        = list(string)
  default     = []
  description = "ARNs of the ECR repositories that images come from; none where all come from other registries."
}

variable "pull_secret_arn" {
  type        = string
  default     = null
  description = "ARN of the secret with the login (`username`, `password`) of the registry that the image comes from; null for one without."
}

variable "command" {
  type        = list(string)
  default     = null
  description = "What the container runs (CMD); null for the image's own."
}

variable "entry_point" {
  type        = list(string)
  default     = null
  description = "What the command is handed to (ENTRYPOINT); null for the image's own."
}

variable "user" {
  type        = string
  default     = null
  description = "Whom the container runs as: a user, or user:group; null for the image's own."
}

variable "secrets" {
  type        = map(string)
  default     = {}
  description = "Environment variables whose values are read at the start of a task: ARN of a secret, or of one key of its JSON (`<arn>:<key>::`), by variable."

  # AWS: "Pass Secrets Manager secrets through Amazon ECS environment variables", Amazon ECS Developer Guide.
  validation {
    condition     = alltrue([for arn in values(var.secrets) : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:]+(:[^:]*:[^:]*:[^:]*)?$", arn))])
    error_message = "A variable's secret is the ARN of a secret of Secrets Manager, or of one key of its JSON: <arn>:<key>::."
  }

  # AWS: ContainerDefinition, Amazon ECS API Reference.
  validation {
    condition     = length(setintersection(keys(var.secrets), keys(var.environment))) == 0
    error_message = "A variable is either in environment or in secrets."
  }
}

variable "secrets_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the secrets; null for Secrets Manager's own."
}

variable "writable_paths" {
  type        = map(string)
  default     = {}
  description = "Folders besides /tmp that the container may write to, by the name of their volume."
}

variable "health_check" {
  type = object({
    command      = list(string)
    interval     = number # seconds between
    timeout      = number # seconds for an answer
    retries      = number # failures that count
    start_period = number # seconds in which failures do not count
  })
  default     = null
  description = "A command in the container that tells whether it is well; null for none."
}

variable "stop_timeout" {
  type        = number
  default     = null
  description = "Seconds between SIGTERM and SIGKILL; null for Fargate's 30."

  # AWS: ContainerDefinition, Amazon ECS API Reference.
  validation {
    condition     = var.stop_timeout == null || try(var.stop_timeout >= 2 && var.stop_timeout <= 120, false)
    error_message = "Fargate waits 2 to 120 seconds for a container to stop."
  }
}

variable "sidecars" {
  type = map(object({
    image           = string
    essential       = bool # whether the task ends with it
    command         = optional(list(string))
    entry_point     = optional(list(string))
    user            = optional(string)
    port            = optional(number)
    environment     = optional(map(string), {})
    secrets         = optional(map(string), {}) # as those of the service's own container
    writable_paths  = optional(map(string), {}) # the volume of another container is shared with it
    depends_on      = optional(map(string), {}) # containers that come first: START, COMPLETE, SUCCESS or HEALTHY
    stop_timeout    = optional(number)          # seconds between SIGTERM and SIGKILL
    pull_secret_arn = optional(string)
    cpu             = optional(number) # units of the task's
    memory          = optional(number) # MiB of the task's; it is killed beyond

    health_check = optional(object({
      command      = list(string)
      interval     = number
      timeout      = number
      retries      = number
      start_period = number
    }))
  }))
  default     = {}
  description = "Containers beside the service's own, by name."

  # AWS: ContainerDefinition, Amazon ECS API Reference.
  validation {
    condition     = alltrue([for name in keys(var.sidecars) : can(regex("^[A-Za-z0-9_-]{1,255}$", name)) && name != var.container_name])
    error_message = "A sidecar's name has 1 to 255 letters, digits, hyphens and underscores, and is not the container's."
  }

  # AWS: "Amazon ECS task definition parameters for Fargate": ten containers a task.
  validation {
    condition     = length(var.sidecars) < 10
    error_message = "A task has at most ten containers."
  }
}

variable "depends_on_sidecars" {
  type        = map(string)
  default     = {}
  description = "Sidecars that the container waits for: START, COMPLETE, SUCCESS or HEALTHY, by name."

  # AWS: ContainerDependency, Amazon ECS API Reference.
  validation {
    condition     = alltrue([for condition in values(var.depends_on_sidecars) : contains(["START", "COMPLETE", "SUCCESS", "HEALTHY"], condition)])
    error_message = "A container waits for another one's START, COMPLETE, SUCCESS or HEALTHY."
  }
}

# {% endblock %}
# {% block port %}
variable "port" {
  type        = number
  default     = null
  description = "TCP port that the container listens on; null for none."

  validation {
    condition     = var.port == null || try(var.port >= 1 && var.port <= 65535, false)
    error_message = "A port is between 1 and 65535."
  }
}

# {% endblock %}
# {% block more %}

variable "target_group_arns" {
  type        = list(string)
  default     = []
  description = "ARNs of target groups of other load balancers that the tasks are registered in."

  # AWS: "Amazon ECS service load balancing", Amazon ECS Developer Guide: five target groups a service.
  validation {
    condition     = length(var.target_group_arns) + length(var.target[*]) + length(var.verified[*]) <= 5
    error_message = "The tasks of a service are registered in at most five target groups."
  }

  validation {
    condition     = length(var.target_group_arns) == 0 || var.port != null
    error_message = "What a load balancer reaches has a port."
  }
}

variable "verified" {
  type = object({
    port             = number
    target_group_arn = string
  })
  default     = null
  description = "The container's second port, and the target group of the load balancer that delivers there; null for none."

  validation {
    condition     = var.verified == null || try(var.verified.port >= 1 && var.verified.port <= 65535 && var.verified.port != var.port, false)
    error_message = "A port is between 1 and 65535, and the second one is another."
  }
}

variable "grace_period_seconds" {
  type        = number
  default     = null
  description = "Seconds after a task's start in which failed health checks of target_group_arns and verified do not stop it; null for none."
}

variable "mesh_namespace_arn" {
  type        = string
  default     = null
  description = "ARN of the Service Connect namespace in which a container without a port calls others; null for none."
}
# {% endblock %}
