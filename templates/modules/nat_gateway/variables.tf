variable "name" {
  type        = string
  description = "Name of the gateway and its address."
}

variable "subnet_id" {
  type        = string
  description = "Public subnet that the gateway stands in."
}
