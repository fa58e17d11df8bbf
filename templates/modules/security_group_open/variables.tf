# {% extends "modules/security_group/variables.tf" %}
# {% block open %}

variable "open_ingress" {
  type = map(object({
    cidr_block  = string
    port        = number
    description = string
  }))
  description = "Ranges of addresses that may connect, over TCP, by their name and port."

  # AWS: SecurityGroupRuleRequest, Amazon EC2 API Reference.
  validation {
    condition     = alltrue([for rule in var.open_ingress : can(regex("^[a-zA-Z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}$", rule.description))])
    error_message = "A rule's description has 1 to 255 ASCII letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *."
  }

  validation {
    condition     = alltrue([for rule in var.open_ingress : can(cidrnetmask(rule.cidr_block)) && rule.port >= 1 && rule.port <= 65535])
    error_message = "A range is an IPv4 CIDR block, and a port a number from 1 to 65535."
  }
}
# {% endblock %}
