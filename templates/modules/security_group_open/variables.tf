# {% extends "modules/security_group/variables.tf" %}
# {% block open %}

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
# {% endblock %}
