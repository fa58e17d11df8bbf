variable "route_table_ids" {
  type        = map(string)
  description = "Route tables that leave through NAT, by availability zone."
}

variable "nat_gateway_ids" {
  type        = map(string)
  description = "NAT gateway that each of them leaves through, by availability zone."
}
