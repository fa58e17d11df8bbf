variable "name" {
  type        = string
  description = "Name of the VPC; the internet gateway carries it too."
}

variable "default_security_group_name" {
  type        = string
  description = "Name tag of the closed default security group."
}

variable "public_route_table_name" {
  type        = string
  description = "Name tag of the public tier's route table."
}

variable "data_route_table_name" {
  type        = string
  description = "Name tag of the data tier's route table."
}

variable "cidr_block" {
  type        = string
  description = "IPv4 range of the VPC."

  # AWS: "CIDR blocks for your VPC", Amazon VPC User Guide: /16 to /28.
  validation {
    condition     = can(cidrhost(var.cidr_block, 0)) && tonumber(split("/", var.cidr_block)[1]) >= 16 && tonumber(split("/", var.cidr_block)[1]) <= 28
    error_message = "A VPC's range is an IPv4 CIDR block between /16 and /28."
  }
}

variable "public_subnets" {
  type = map(object({
    name       = string
    cidr_block = string
  }))
  default     = {}
  description = "Public subnets by availability zone."
}

variable "app_subnets" {
  type = map(object({
    name       = string
    cidr_block = string
  }))
  default     = {}
  description = "Private subnets of the tasks, by availability zone; a zone's route table carries its subnet's name."
}

variable "data_subnets" {
  type = map(object({
    name       = string
    cidr_block = string
  }))
  default     = {}
  description = "Isolated subnets of the databases, by availability zone."

  # AWS: "Working with a DB cluster in a VPC", Aurora User Guide: a subnet group covers at least two zones.
  validation {
    condition     = length(var.data_subnets) != 1
    error_message = "Aurora needs subnets in at least two availability zones."
  }
}
