variable "name" {
  type        = string
  description = "Name of the service, and family of its task definition."

  # AWS: CreateService and RegisterTaskDefinition, Amazon ECS API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "A service name has 1 to 255 letters, digits, hyphens and underscores."
  }
}

# {% if environment.names.services and not variant.job %}
variable "service_name" {
  type        = string
  description = "Name of the service, where it is not that of its task definition's family."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.service_name))
    error_message = "A service name has 1 to 255 letters, digits, hyphens and underscores."
  }
}

# {% endif %}
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

variable "cluster_arn" {
  type        = string
  description = "ARN of the cluster of the business domain."
}

variable "container_name" {
  type        = string
  description = "Name of the container, which the load balancer's registration and the log streams refer to."
}

variable "image" {
  type        = string
  description = "Image with its tag or digest."
}

# {% if variant.extended %}
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

variable "other_secret_arns" {
  type        = list(string)
  default     = []
  description = "What else may be read at the start: ARNs of secrets that tasks of the revision before have, and patterns of ARNs."
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
    cpu             = optional(number)      # units of the task's
    memory          = optional(number)      # MiB of the task's; it is killed beyond
    reservation     = optional(number)      # MiB of the task's that are its own, where it may use more
    is_log_router   = optional(bool, false) # all others write to it, and it writes where they would

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

# {% else %}
variable "repository_arn" {
  type        = string
  description = "ARN of the ECR repository that the image comes from."
}

# {% endif %}
variable "cpu" {
  type        = number
  description = "CPU units of the task; 1024 are one vCPU."

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384, 32768], var.cpu)
    error_message = "Fargate offers 0.25, 0.5, 1, 2, 4, 8, 16 and 32 vCPU."
  }
}

variable "memory" {
  type        = number
  description = "Memory of the task in MiB; which values go with a CPU is checked in the catalogue."

  validation {
    condition     = var.memory >= 512 && var.memory <= 249856
    error_message = "Fargate offers 512 MiB to 244 GiB."
  }
}

variable "tmp_size" {
  type        = number
  description = "MiB that /tmp may hold, of the task's memory."

  validation {
    condition     = var.tmp_size > 0 && var.tmp_size < var.memory
    error_message = "What /tmp holds is part of the task's memory."
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

# {% if variant.extended and not variant.job %}
variable "port" {
  type        = number
  default     = null
  description = "TCP port that the container listens on; null for none."

  validation {
    condition     = var.port == null || try(var.port >= 1 && var.port <= 65535, false)
    error_message = "A port is between 1 and 65535."
  }
}

# {% elif not variant.extended %}
variable "port" {
  type        = number
  description = "TCP port that the container listens on; callers use it in the mesh too."

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "A port is between 1 and 65535."
  }
}

# {% endif %}
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

# {% include "parts/policies_variable.tf" %}

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
  default     = null
  description = "ARN of the KMS key that encrypts the log group; null for CloudWatch's own."
}

# {% if variant.job %}
variable "schedules" {
  type = map(object({
    expression  = string
    description = string
  }))
  default     = {}
  description = "When it runs, by name: a cron(), rate() or at() expression, and what for; none where it is started by hand."

  # AWS: CreateSchedule, Amazon EventBridge Scheduler API Reference.
  validation {
    condition     = alltrue([for schedule in var.schedules : can(regex("^(at|rate|cron)\\(.+\\)$", schedule.expression))])
    error_message = "A schedule is written at(...), rate(...) or cron(...)."
  }

  validation {
    condition     = alltrue([for name, schedule in var.schedules : can(regex("^[0-9a-zA-Z_.-]{1,64}$", name)) && length(schedule.description) <= 512])
    error_message = "A schedule's name has 1 to 64 letters, digits, hyphens, underscores and dots, its description at most 512 characters."
  }
}

# {% include "parts/schedules_variables.tf" %}

variable "schedules_role_name" {
  type        = string
  default     = null
  description = "Name of the role that starts the tasks when they are due; null without schedules."

  validation {
    condition     = length(var.schedules) == 0 || try(length(var.schedules_role_name) <= 64, false)
    error_message = "A role name has at most 64 characters."
  }
}

# {% elif variant.fixed %}
variable "tasks" {
  type        = number
  description = "Tasks that run."
}

# {% else %}
variable "initial_tasks" {
  type        = number
  description = "Tasks at creation; afterwards autoscaling decides."
}

# {% endif %}
# {% if variant.job %}
variable "capacity_provider" {
  type        = string
  default     = "FARGATE"
  description = "Where scheduled tasks run: FARGATE or FARGATE_SPOT."

  validation {
    condition     = contains(["FARGATE", "FARGATE_SPOT"], var.capacity_provider)
    error_message = "Fargate's capacity providers are FARGATE and FARGATE_SPOT."
  }
}

# {% else %}
variable "capacity_providers" {
  type = map(object({
    base   = number
    weight = number
  }))
  description = "Capacity provider strategy by provider: FARGATE, FARGATE_SPOT. At most one has a base above 0."

  validation {
    condition     = length(setsubtract(keys(var.capacity_providers), ["FARGATE", "FARGATE_SPOT"])) == 0
    error_message = "Fargate's capacity providers are FARGATE and FARGATE_SPOT."
  }

  validation {
    condition     = length([for strategy in var.capacity_providers : strategy if strategy.base > 0]) <= 1
    error_message = "Only one capacity provider of a strategy can have a base."
  }
}

variable "enable_execute_command" {
  type        = bool
  description = "Whether an operator may open a shell in a task (ECS Exec)."
}

# {% endif %}
variable "subnet_ids" {
  type        = list(string)
  description = "Subnets of the tasks."
}

variable "assign_public_ip" {
  type        = bool
  default     = false
  description = "Whether each task has a public address; in public subnets it has no other way out."
}

variable "security_group_id" {
  type        = string
  description = "Security group of the tasks."
}

# {% if not variant.job %}
variable "target" {
  type = object({
    name                 = string
    vpc_id               = string
    path                 = string      # first path segment, without slashes
    priority             = number      # of the rule, unique on each listener
    deregistration_delay = number      # seconds that a stopping task still answers the requests it has
    grace_period_seconds = number      # after a task's start, in which failed health checks do not stop it
    listener_arns        = map(string) # by what they are for

    health_check = object({
      path      = string
      interval  = number # seconds between
      timeout   = number # seconds for an answer
      healthy   = number # answers that count
      unhealthy = number
    })
  })
  default     = null
  description = "The service behind a load balancer: its target group, and the path that leads there; null for none."

  # AWS: CreateTargetGroup, Elastic Load Balancing API Reference.
  validation {
    condition     = var.target == null || can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.target.name))
    error_message = "A target group name has 1 to 32 letters, digits and hyphens, none at its ends."
  }

  validation {
    condition     = var.target == null || try(var.target.deregistration_delay >= 0 && var.target.deregistration_delay <= 3600, false)
    error_message = "A deregistration delay is 0 to 3600 seconds."
  }

  validation {
    condition     = var.target == null || try(startswith(var.target.health_check.path, "/") && length(var.target.health_check.path) <= 1024, false)
    error_message = "A health check's path begins with a slash and has at most 1024 characters."
  }

  validation {
    condition     = var.target == null || try(var.target.health_check.timeout < var.target.health_check.interval, false)
    error_message = "A health check's timeout is shorter than its interval."
  }

  # AWS: CreateRule, Elastic Load Balancing API Reference; a path pattern has at most 128 characters.
  validation {
    condition     = var.target == null || can(regex("^[A-Za-z0-9._-]{1,120}$", var.target.path))
    error_message = "One path segment of letters, digits, dots, underscores and hyphens."
  }

  validation {
    condition     = var.target == null || try(var.target.priority >= 1 && var.target.priority <= 50000, false)
    error_message = "A rule's priority is between 1 and 50000."
  }

  # AWS: CreateService, Amazon ECS API Reference.
  validation {
    condition     = var.target == null || try(length(var.target.listener_arns) > 0, false)
    error_message = "A target group that no listener forwards to cannot take an ECS service."
  }
}

variable "mesh" {
  type = object({
    namespace_id   = string # Cloud Map
    namespace_arn  = string
    discovery_name = string # the name within the namespace, and the short name in the mesh
    metrics_name   = string # what CloudWatch knows its calls by (TargetDiscoveryName); of no other service in the account
    port           = number # TCP port on which the Service Connect proxy accepts other services

    request_timeout_seconds = optional(number) # until a whole answer is there; Service Connect's 15 when left out

    tls = optional(object({
      private_ca_arn = string           # tagged AmazonECSManaged
      kms_key_arn    = optional(string) # for the certificates' private keys; null for Secrets Manager's own
      role_arn       = string           # with which ECS issues and rotates the certificates
    }))
  })
  default     = null
  description = "The service in Service Connect, encrypted with tls; null for none."

  # AWS: CreateService, AWS Cloud Map API Reference: a DNS label of 63 characters; the mesh's own name adds five.
  validation {
    condition     = var.mesh == null || can(regex("^[a-z0-9]([a-z0-9-]{0,56}[a-z0-9])?$", var.mesh.discovery_name))
    error_message = "A DNS label of at most 58 characters, so that the mesh's name fits in 63."
  }

  validation {
    condition     = var.mesh == null || try(var.mesh.port >= 1 && var.mesh.port <= 65535 && var.mesh.port != var.port, false)
    error_message = "The mesh has a port between 1 and 65535 that is not the container's."
  }
}
# {% endif %}
# {% if variant.extended and not variant.job %}

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
# {% endif %}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
# {% include "parts/role_boundary_variable.tf" %}
