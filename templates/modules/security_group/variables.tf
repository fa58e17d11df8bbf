variable "name" {
  type        = string
  description = "Name of the security group."

  # AWS: CreateSecurityGroup, Amazon EC2 API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", var.name)) && !startswith(var.name, "sg-")
    error_message = "A security group's name has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *, and does not begin with sg-."
  }
}

variable "description" {
  type        = string
  description = "What the group protects. A change of it replaces the group."

  # AWS: CreateSecurityGroup, Amazon EC2 API Reference.
  validation {
    condition     = can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", var.description))
    error_message = "A security group's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }
}

variable "vpc_id" {
  type        = string
  description = "VPC that the group belongs to."
}

variable "ingress" {
  type = map(object({
    security_group_id = string
    port              = number
    description       = string
  }))
  description = "Who may connect, over TCP, by the name of the caller."

  # AWS: SecurityGroupRuleRequest, Amazon EC2 API Reference.
  validation {
    condition     = alltrue([for rule in var.ingress : can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", rule.description))])
    error_message = "A rule's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }

  validation {
    condition     = alltrue([for rule in var.ingress : rule.port >= 1 && rule.port <= 65535])
    error_message = "A port is a number from 1 to 65535."
  }
}

variable "egress" {
  type = map(object({
    security_group_id = string
    port              = number
    description       = string
  }))
  description = "Whom the members may call, over TCP, by the name of the callee."

  # AWS: SecurityGroupRuleRequest, Amazon EC2 API Reference.
  validation {
    condition     = alltrue([for rule in var.egress : can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", rule.description))])
    error_message = "A rule's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }

  validation {
    condition     = alltrue([for rule in var.egress : rule.port >= 1 && rule.port <= 65535])
    error_message = "A port is a number from 1 to 65535."
  }
}
