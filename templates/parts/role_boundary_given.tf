# {# What a call of such a module gives it. #}
# {% if settings.permissions_boundary %}
permissions_boundary_arn = "@{own.permissions_boundary_arn}"
# {% endif %}
