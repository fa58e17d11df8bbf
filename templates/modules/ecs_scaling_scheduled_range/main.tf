# {% extends "modules/ecs_scaling_scheduled/main.tf" %}
# {% block title %}
# Between how many tasks a service may scale, with a timetable that moves both limits, and what makes it: each policy is
# there if asked for. A new limit in the catalogue comes into force with the timetable's next entry, which carries it.
# {% endblock %}
# {% block limits %}
max_capacity, # likewise
# {% endblock %}
# {% block maximum %}
max_capacity = each.value.max_tasks
# {% endblock %}
