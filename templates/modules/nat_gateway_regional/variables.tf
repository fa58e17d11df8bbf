variable "name" {
  type        = string
  description = "Name of the gateway; an address adds its zone."
}

variable "vpc_id" {
  type        = string
  description = "VPC that the gateway is of; it has an internet gateway."
}

variable "route_table_ids" {
  type        = map(string)
  description = "Route tables that leave through this gateway, by availability zone; the gateway serves these zones."
}
