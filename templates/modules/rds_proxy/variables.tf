variable "name" {
  type        = string
  description = "Name of the proxy. A change of it replaces the proxy."

  # AWS: CreateDBProxy, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z](-?[a-zA-Z0-9])*$", var.name)) && length(var.name) <= 63
    error_message = "A proxy's name has 1 to 63 letters, digits and single hyphens, and begins with a letter."
  }
}

variable "region" {
  type        = string
  description = "Region of the proxy."
}

variable "role_name" {
  type = string
  # {% if variant.tokens %}
  description = "IAM role that the proxy connects to the database with."
  # {% else %}
  description = "IAM role that the proxy reads its secret with."
  # {% endif %}

  # AWS: "IAM and AWS STS quotas", IAM User Guide.
  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "An IAM role's name has 1 to 64 letters, digits and + = , . @ - _."
  }
}

# {% if variant.users %}
variable "engine_family" {
  type        = string
  description = "What the proxy speaks: MYSQL or POSTGRESQL."

  validation {
    condition     = contains(["MYSQL", "POSTGRESQL"], var.engine_family)
    error_message = "The family is \"MYSQL\" or \"POSTGRESQL\"."
  }
}

variable "cluster_identifier" {
  type        = string
  default     = null
  description = "Cluster behind the proxy; null where it is an instance."
}

variable "instance_identifier" {
  type        = string
  default     = null
  description = "Instance behind the proxy; null where it is a cluster."

  validation {
    condition     = (var.instance_identifier == null) != (var.cluster_identifier == null)
    error_message = "A cluster or an instance is behind the proxy, and not both."
  }
}
# {% else %}
variable "cluster_identifier" {
  type        = string
  description = "Cluster behind the proxy."
}
# {% endif %}

variable "subnet_ids" {
  type        = set(string)
  description = "Subnets that the proxy has addresses in."
}

variable "security_group_id" {
  type        = string
  description = "Security group that says who may connect and that the cluster admits."
}

# {% if variant.tokens %}
variable "account" {
  type        = string
  description = "Account of the database."
}

variable "users" {
  type        = set(string)
  description = "The users that the proxy signs in as."

  validation {
    condition     = length(var.users) >= 1
    error_message = "A proxy has at least one user."
  }
}

variable "database_resource_id" {
  type        = string
  description = "Id that rds-db:connect names the database by: that of the cluster or the instance."
}
# {% elif variant.users %}
variable "logins" {
  type = map(object({
    secret_arn  = string
    description = string
  }))
  description = "The users that the proxy signs in as, by name, each with the secret that has its password."

  # AWS: "Quotas and limitations for RDS Proxy", RDS User Guide: 200 secrets.
  validation {
    condition     = length(var.logins) >= 1 && length(var.logins) <= 200
    error_message = "A proxy has 1 to 200 users."
  }
}

variable "iam_auth" {
  type        = string
  description = "Whether who connects to the proxy signs in with a token of its role: REQUIRED or DISABLED."

  validation {
    condition     = contains(["DISABLED", "REQUIRED"], var.iam_auth)
    error_message = "Tokens are \"REQUIRED\" or \"DISABLED\"."
  }
}

variable "client_password_auth_type" {
  type        = string
  description = "How a password is checked where one is given."

  # AWS: UserAuthConfig, Amazon RDS API Reference.
  validation {
    condition     = contains(["MYSQL_CACHING_SHA2_PASSWORD", "MYSQL_NATIVE_PASSWORD", "POSTGRES_MD5", "POSTGRES_SCRAM_SHA_256"], var.client_password_auth_type)
    error_message = "MySQL checks with MYSQL_CACHING_SHA2_PASSWORD or MYSQL_NATIVE_PASSWORD, PostgreSQL with POSTGRES_SCRAM_SHA_256 or POSTGRES_MD5."
  }
}
# {% else %}
variable "logins" {
  type = map(object({
    secret_arn  = string
    description = string
  }))
  default     = {}
  description = "Others that the proxy signs in as, by name, each with the secret that has its password."
}

variable "secret_name" {
  type        = string
  description = "Name of the secret."

  # AWS: CreateSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9/_+=.@-]{1,512}$", var.secret_name))
    error_message = "A secret's name has 1 to 512 ASCII letters, digits and / _ + = . @ -."
  }
}

variable "secret_description" {
  type        = string
  description = "Whose password the secret holds."

  validation {
    condition     = length(var.secret_description) <= 2048
    error_message = "A secret's description has at most 2048 characters."
  }
}

variable "username" {
  type        = string
  description = "Database user of the password."
}

variable "password_version" {
  type        = number
  description = "Raised by one when a new password shall be drawn."

  validation {
    condition     = var.password_version >= 1 && var.password_version == floor(var.password_version)
    error_message = "Versions count from 1."
  }
}

variable "recovery_window_in_days" {
  type        = number
  description = "Days that a deleted secret can be restored; 0 deletes at once."

  # AWS: DeleteSecret, AWS Secrets Manager API Reference.
  validation {
    condition     = var.recovery_window_in_days == 0 || (var.recovery_window_in_days >= 7 && var.recovery_window_in_days <= 30)
    error_message = "Secrets Manager keeps a deleted secret for 7 to 30 days, or not at all (0)."
  }
}

# {% if variant.replicated %}
variable "replica_region" {
  type        = string
  description = "Region that has a replica of the secret."
}

# {% endif %}
variable "auth_description" {
  type        = string
  description = "Whose login the secret is."

  # AWS: UserAuthConfig, Amazon RDS API Reference.
  validation {
    condition     = length(var.auth_description) >= 1 && length(var.auth_description) <= 1000
    error_message = "The description of a login has 1 to 1000 characters."
  }
}
# {% endif %}

# {% if not variant.tokens %}
variable "secrets_kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the secret; AWS's own when left out."
}
# {% endif %}

variable "logs_kms_key_arn" {
  type        = string
  default     = null
  description = "Key that encrypts the log group; AWS's own when left out."
}

variable "log_retention_in_days" {
  type        = number
  description = "Days that the log is kept."

  # AWS: PutRetentionPolicy, CloudWatch Logs API Reference.
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_in_days)
    error_message = "CloudWatch Logs keeps events for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "idle_client_timeout_seconds" {
  type        = number
  description = "Seconds until an idle client is disconnected."

  # AWS: CreateDBProxy, Amazon RDS API Reference.
  validation {
    condition     = var.idle_client_timeout_seconds >= 1 && var.idle_client_timeout_seconds <= 28800
    error_message = "Idle clients are disconnected after 1 to 28800 seconds."
  }
}

variable "max_connections_percent" {
  type        = number
  description = "Share of the cluster's max_connections that the proxy may use."

  # AWS: ConnectionPoolConfiguration, Amazon RDS API Reference.
  validation {
    condition     = var.max_connections_percent >= 1 && var.max_connections_percent <= 100
    error_message = "The share of connections is 1 to 100 percent."
  }
}

variable "max_idle_connections_percent" {
  type        = number
  description = "Share of the cluster's max_connections that the proxy keeps open without use."

  # AWS: ConnectionPoolConfiguration, Amazon RDS API Reference.
  validation {
    condition     = var.max_idle_connections_percent >= 0 && var.max_idle_connections_percent <= var.max_connections_percent
    error_message = "The share of idle connections is 0 percent up to the share of all."
  }
}

variable "connection_borrow_timeout_seconds" {
  type        = number
  description = "Seconds that a client waits for a free connection."

  # AWS: ConnectionPoolConfiguration, Amazon RDS API Reference.
  validation {
    condition     = var.connection_borrow_timeout_seconds >= 0 && var.connection_borrow_timeout_seconds <= 300
    error_message = "A client waits 0 to 300 seconds."
  }
}

variable "reader_endpoints" {
  type        = set(string)
  default     = []
  description = "Name of a second address that leads to the readers; none when the cluster has none."

  # AWS: CreateDBProxyEndpoint, Amazon RDS API Reference.
  validation {
    condition     = length(var.reader_endpoints) <= 1 && alltrue([for name in var.reader_endpoints : can(regex("^[a-zA-Z](-?[a-zA-Z0-9])*$", name)) && length(name) <= 63])
    error_message = "An endpoint's name has 1 to 63 letters, digits and single hyphens, and begins with a letter; there is one at most."
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
