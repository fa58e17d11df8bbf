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
  default     = {}
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
    security_group_id = optional(string)
    cidr_block        = optional(string)
    prefix_list_id    = optional(string)
    port              = number
    description       = string
  }))
  default     = {}
  description = "Whom the members may call, over TCP, by the name of the callee: a group, a range of addresses, or the prefix list of an AWS service."

  # AWS: SecurityGroupRuleRequest, Amazon EC2 API Reference.
  validation {
    condition     = alltrue([for rule in var.egress : can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", rule.description))])
    error_message = "A rule's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }

  validation {
    condition     = alltrue([for rule in var.egress : rule.port >= 1 && rule.port <= 65535])
    error_message = "A port is a number from 1 to 65535."
  }

  # One of them: AuthorizeSecurityGroupEgress, Amazon EC2 API Reference.
  validation {
    condition     = alltrue([for rule in var.egress : length([for end in [rule.security_group_id, rule.cidr_block, rule.prefix_list_id] : end if end != null]) == 1])
    error_message = "The other side of a rule is a security group, a range of addresses or a prefix list: exactly one of them."
  }

  validation {
    condition     = alltrue([for rule in var.egress : rule.cidr_block == null || can(cidrnetmask(rule.cidr_block))])
    error_message = "A range is an IPv4 CIDR block."
  }
}

variable "peer_ingress" {
  type = map(object({
    security_group_id = string
    port              = number
    description       = string
  }))
  default     = {}
  description = "Rules on other groups that let this one connect to them, over TCP, by the name of the other group."

  # AWS: SecurityGroupRuleRequest, Amazon EC2 API Reference.
  validation {
    condition     = alltrue([for rule in var.peer_ingress : can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", rule.description))])
    error_message = "A rule's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }

  validation {
    condition     = alltrue([for rule in var.peer_ingress : rule.port >= 1 && rule.port <= 65535])
    error_message = "A port is a number from 1 to 65535."
  }
}

variable "peer_egress" {
  type = map(object({
    security_group_id = string
    port              = number
    description       = string
  }))
  default     = {}
  description = "Rules on other groups that let them connect to this one, over TCP, by the name of the other group."

  # AWS: SecurityGroupRuleRequest, Amazon EC2 API Reference.
  validation {
    condition     = alltrue([for rule in var.peer_egress : can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", rule.description))])
    error_message = "A rule's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }

  validation {
    condition     = alltrue([for rule in var.peer_egress : rule.port >= 1 && rule.port <= 65535])
    error_message = "A port is a number from 1 to 65535."
  }
}
# {% if variant.open %}

variable "open_ingress" {
  type = map(object({
    cidr_block     = optional(string)
    prefix_list_id = optional(string)
    port           = number
    description    = string
  }))
  description = "Ranges of addresses that may connect, or the prefix list of an AWS service, over TCP, by their name and port."

  # AWS: SecurityGroupRuleRequest, Amazon EC2 API Reference.
  validation {
    condition     = alltrue([for rule in var.open_ingress : can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", rule.description))])
    error_message = "A rule's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }

  validation {
    condition     = alltrue([for rule in var.open_ingress : (rule.prefix_list_id != null ? rule.cidr_block == null : can(cidrnetmask(rule.cidr_block))) && rule.port >= 1 && rule.port <= 65535])
    error_message = "Who may connect is an IPv4 CIDR block or a prefix list, and a port a number from 1 to 65535."
  }
}
# {% endif %}
