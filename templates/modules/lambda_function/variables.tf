variable "name" {
  type        = string
  description = "Name of the function."

  # AWS: CreateFunction, AWS Lambda API Reference.
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "A function name has 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "description" {
  type        = string
  description = "What the function is."

  validation {
    condition     = length(var.description) <= 256
    error_message = "A description has at most 256 characters."
  }
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

variable "role_name" {
  type        = string
  description = "Name of the role that its code runs as."

  validation {
    condition     = length(var.role_name) <= 64
    error_message = "A role name has at most 64 characters."
  }
}

variable "code" {
  type = object({
    bucket  = string
    key     = string
    version = optional(string)
  })
  default     = null
  description = "Zip file that it runs: the object in a bucket; null where it runs an image."
}

variable "runtime" {
  type        = string
  default     = null
  description = "What runs the zip file, such as python3.13; null for an image."
}

variable "handler" {
  type        = string
  default     = null
  description = "What of the zip file is called, such as app.handler; null for an image."
}

variable "image" {
  type        = string
  default     = null
  description = "Image in ECR with its tag or digest; null where it runs a zip file."
}

variable "command" {
  type        = list(string)
  default     = null
  description = "What the image runs, word by word; null for its own."
}

variable "architecture" {
  type        = string
  description = "Processor that its code is for: x86_64 or arm64."

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "Lambda has x86_64 and arm64."
  }
}

# AWS: CreateFunction, AWS Lambda API Reference.
variable "memory" {
  type        = number
  description = "MB of memory; CPU comes in proportion."

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240
    error_message = "128 MB to 10,240 MB."
  }
}

variable "timeout" {
  type        = number
  description = "Seconds that one invocation may take."

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900
    error_message = "1 second to 15 minutes."
  }
}

variable "tmp_size" {
  type        = number
  description = "MB that /tmp holds."

  validation {
    condition     = var.tmp_size >= 512 && var.tmp_size <= 10240
    error_message = "512 MB to 10,240 MB."
  }
}

variable "reserved_concurrency" {
  type        = number
  default     = -1
  description = "Invocations that run at a time at most, kept free for it alone; -1 for as many as the account has."
}

variable "tracing_mode" {
  type        = string
  default     = "PassThrough"
  description = "Whether invocations are traced by X-Ray: Active, or PassThrough for those alone that a caller traces."

  # AWS: TracingConfig, AWS Lambda API Reference.
  validation {
    condition     = contains(["Active", "PassThrough"], var.tracing_mode)
    error_message = "Lambda traces Active or PassThrough."
  }
}

variable "log_retention_in_days" {
  type        = number
  description = "Days that its log is kept."
}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "ARN of the KMS key that encrypts the log group; null for CloudWatch's own."
}

variable "environment" {
  type        = map(string)
  description = "Environment variables of its code; no secrets."
}

# {% include "parts/policies_variable.tf" %}

variable "network" {
  type = object({
    subnet_ids        = list(string)
    security_group_id = string
  })
  default     = null
  description = "Where it stands in a VPC; null for outside of any."
}

variable "dead_letters" {
  type = object({
    arn = string
  })
  default     = null
  description = "SQS queue that keeps events which it could not handle; null for none."
}

# AWS: PutFunctionEventInvokeConfig, AWS Lambda API Reference.
variable "retries" {
  type = object({
    attempts = number
    seconds  = number
  })
  default     = null
  description = "How many times an event is tried again, and the seconds after which it is given up; null for Lambda's own two, and six hours."

  validation {
    condition     = try(var.retries.attempts >= 0 && var.retries.attempts <= 2 && var.retries.seconds >= 60 && var.retries.seconds <= 21600, var.retries == null)
    error_message = "An event is tried again twice at most, within 1 minute to 6 hours."
  }
}

variable "outcomes" {
  type        = list(string)
  default     = []
  description = "What EventBridge is told of the end of runs that nobody waits for: success, failure."

  validation {
    condition     = alltrue([for outcome in var.outcomes : contains(["success", "failure"], outcome)])
    error_message = "An outcome is success or failure."
  }
}

# AWS: CreateEventSourceMapping, AWS Lambda API Reference.
variable "queues" {
  type = map(object({
    arn              = string
    batch_size       = number
    window           = optional(number)
    reports_failures = optional(bool, false)
  }))
  default     = {}
  description = "Queues whose messages it is started with, by name: how many at most, the seconds that they are gathered, and whether its answer names those that failed."

  validation {
    condition     = alltrue([for queue in var.queues : queue.batch_size >= 1 && queue.batch_size <= 10000])
    error_message = "A batch has 1 to 10,000 messages."
  }
}

variable "objects" {
  type = map(object({
    rule_name = string
    bucket    = string
    keys      = list(string)
  }))
  default     = {}
  description = "Buckets whose new objects start it, by name: the name of the rule, the bucket, and the keys with * for any characters; none for all."

  # PutRule, Amazon EventBridge API Reference.
  validation {
    condition     = alltrue([for found in var.objects : can(regex("^[.A-Za-z0-9_-]{1,64}$", found.rule_name))])
    error_message = "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}

variable "schedules" {
  type = map(object({
    expression  = string
    description = string
  }))
  default     = {}
  description = "When it is started, by name: a cron(), rate() or at() expression, and what for."

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
  description = "Name of the role that starts it when a schedule is due; null without schedules."

  validation {
    condition     = length(var.schedules) == 0 || try(length(var.schedules_role_name) <= 64, false)
    error_message = "A role name has at most 64 characters."
  }
}
# {% if environment.entry_tags %}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of its own, beside those that everything has."
}
# {% endif %}
# {% include "parts/role_boundary_variable.tf" %}
