# {% extends "modules/rds_instance/main.tf" %}
# {% block read_back %}
# {% endblock %}
# {% block source %}

# A copy of an instance in another region, with its engine, version, database, users and disk. When this argument goes,
# RDS makes it an instance of its own, in place.
replicate_source_db = var.source_arn
# {% endblock %}
# {% block database_name %}
# {% endblock %}
# {% block storage %}
max_allocated_storage = var.largest_storage
# {% endblock %}
# {% block master %}
# {% endblock %}
# {% block final_snapshot %}
skip_final_snapshot = true # RDS takes none of a copy, which has nothing that its source does not have
# {% endblock %}
