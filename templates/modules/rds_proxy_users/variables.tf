# {% extends "modules/rds_proxy/variables.tf" %}
# {% block target %}
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
# {% endblock %}
# {% block secret %}
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
# {% endblock %}
