variable "source_security_group_id" {
  type        = string
  description = "Security group of the side that opens the connection."
}

variable "target_security_group_id" {
  type        = string
  description = "Security group of the side that accepts it."
}

variable "port" {
  type        = number
  description = "TCP port of the connection."

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "A port is a number from 1 to 65535."
  }
}

variable "description" {
  type        = string
  description = "Why the connection is allowed."

  # AWS: SecurityGroupRuleRequest, Amazon EC2 API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", var.description))
    error_message = "A rule's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }
}
