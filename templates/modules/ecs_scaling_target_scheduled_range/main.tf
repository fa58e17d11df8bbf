# {% extends "modules/ecs_scaling_target_scheduled/main.tf" %}
# {% block title %}
# Between how many tasks a service may scale, with a timetable that moves both limits. A new limit in the catalogue
# comes into force with the timetable's next entry, which carries it.
# {% endblock %}
# {% block ignored %}
max_capacity, # likewise
# {% endblock %}
# {% block maximum %}
max_capacity = each.value.max_tasks
# {% endblock %}
