# {% extends "modules/ecs_scaling_scheduled/variables.tf" %}
# {% block maximum %}
max_tasks = number
# {% endblock %}
