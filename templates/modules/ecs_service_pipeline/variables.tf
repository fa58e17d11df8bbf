variable "name" {
  type        = string
  description = "Name of the service."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "A service name has 1 to 255 letters, digits, hyphens and underscores."
  }
}

variable "cluster_arn" {
  type        = string
  description = "ARN of the cluster of the business domain."
}

variable "task_definition_arn" {
  type        = string
  description = "ARN of the task definition with its revision."
}

variable "initial_tasks" {
  type        = number
  description = "Tasks at creation; afterwards autoscaling decides."
}

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

variable "health_check_grace_period_seconds" {
  type        = number
  description = "Seconds after a task's start in which failed health checks do not stop it."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets of the tasks."
}

variable "security_group_id" {
  type        = string
  description = "Security group of the tasks."
}

variable "container_name" {
  type        = string
  description = "Container that receives the traffic."
}

variable "container_port" {
  type        = number
  description = "TCP port that the container listens on; callers use it in the mesh too."
}

variable "target_group_arn" {
  type        = string
  description = "ARN of the target group that registers the tasks; it hangs on a listener already."
}

variable "namespace_id" {
  type        = string
  description = "Id of the Cloud Map namespace."
}

variable "namespace_arn" {
  type        = string
  description = "ARN of the Cloud Map namespace."
}

variable "discovery_name" {
  type        = string
  description = "Name of the service within the namespace, and its short name in the mesh."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,56}[a-z0-9])?$", var.discovery_name))
    error_message = "A DNS label of at most 58 characters, so that the mesh's name fits in 63."
  }
}

variable "mesh_port" {
  type        = number
  description = "TCP port on which the Service Connect proxy accepts TLS from other services."
}

variable "mesh_kms_key_arn" {
  type        = string
  description = "ARN of the KMS key that encrypts the private keys of the mesh's certificates."
}

variable "mesh_role_arn" {
  type        = string
  description = "ARN of the role with which ECS issues and rotates the mesh's certificates."
}

variable "private_ca_arn" {
  type        = string
  description = "ARN of the private certificate authority of the mesh, tagged AmazonECSManaged."
}
