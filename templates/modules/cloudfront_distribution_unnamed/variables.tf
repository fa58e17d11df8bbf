# {% extends "modules/cloudfront_distribution/variables.tf" %}
# {% block names %}
# {% endblock %}
