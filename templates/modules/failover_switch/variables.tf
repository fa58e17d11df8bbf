variable "name" {
  type        = string
  description = "Name of what the names lead to."
}

variable "host_name" {
  type        = string
  description = "The first of the names, by which the check is found."
}
