variable "names" {
  type        = list(string)
  description = "Names that the API is called by."
}

variable "certificate_arn" {
  type        = string
  description = "ARN of the certificate for all names, in the API's region."
}

variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

variable "stage_name" {
  type        = string
  description = "Name of the stage that answers; no path says so."
}

variable "ip_address_type" {
  type        = string
  description = "Who may call: ipv4, or dualstack for IPv6 too."

  validation {
    condition     = contains(["ipv4", "dualstack"], var.ip_address_type)
    error_message = "ipv4 or dualstack."
  }
}
