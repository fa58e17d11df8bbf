variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

variable "execution_arn" {
  type        = string
  description = "Execution ARN of the API."
}

variable "cidr_blocks" {
  type        = list(string)
  description = "IPv4 networks whose addresses may call."

  validation {
    condition     = length(var.cidr_blocks) > 0 && alltrue([for block in var.cidr_blocks : can(cidrnetmask(block)) && !endswith(block, "/0")])
    error_message = "At least one IPv4 network, and not the whole internet."
  }
}
