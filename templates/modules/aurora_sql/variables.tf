variable "cluster_arn" {
  type        = string
  description = "ARN of the cluster."
}

variable "cluster_resource_id" {
  type        = string
  description = "Id that AWS gives the cluster, another one for a cluster that replaces it."
}

variable "secret_arn" {
  type        = string
  description = "ARN of the secret with the fields username and password, whose user runs the statements."
}

variable "database_name" {
  type        = string
  description = "Database that the statements are run in."
}

variable "statements" {
  type        = string
  description = "SQL statements that may be run any number of times, with a semicolon after each; $${NAME} is a password."
}

variable "passwords" {
  type        = map(string)
  default     = {}
  description = "ARNs of secrets with the field password, by the name that stands for it in the statements."
}

variable "password_versions" {
  type        = map(number)
  default     = {}
  description = "Versions of these passwords: another one runs the statements again, with the password that was drawn for it."
}
