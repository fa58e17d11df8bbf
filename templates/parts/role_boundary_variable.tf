# {# What a module with roles takes then; without a default, so that no call forgets it. #}
# {% if environment.permissions_boundary %}

variable "permissions_boundary_arn" {
  type        = string
  description = "ARN of the permissions boundary of its roles."
}
# {% endif %}
