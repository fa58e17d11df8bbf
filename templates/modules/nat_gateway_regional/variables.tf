variable "name" {
  type        = string
  description = "Name of the gateway; an address adds its zone."
}

variable "vpc_id" {
  type        = string
  description = "VPC that the gateway is of; it has an internet gateway."
}

variable "zones" {
  type        = set(string)
  description = "Availability zones that it serves."
}
