# {# The permissions boundary of a role, where the environment has one. #}
# {% if environment.permissions_boundary %}
permissions_boundary = var.permissions_boundary_arn
# {% endif %}
