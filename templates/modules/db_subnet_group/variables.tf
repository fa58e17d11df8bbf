variable "name" {
  type        = string
  description = "Name of the subnet group."

  # AWS: CreateDBSubnetGroup, Amazon RDS API Reference.
  validation {
    condition     = can(regex("^[a-z0-9 ._-]{1,255}$", var.name)) && lower(var.name) != "default"
    error_message = "A DB subnet group's name has at most 255 lower-case letters, digits, spaces and . _ -, and is not \"default\"."
  }
}

variable "description" {
  type        = string
  description = "What stands in these subnets."
}

variable "subnet_ids" {
  type        = set(string)
  description = "Subnets in at least two availability zones."
}
