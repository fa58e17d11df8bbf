variable "name" {
  type        = string
  description = "Name of the gateway and its address."
}

variable "subnet_id" {
  type        = string
  description = "Public subnet that the gateway stands in."
}

variable "route_table_ids" {
  type        = map(string)
  description = "Route tables that leave through this gateway, by availability zone."
}
