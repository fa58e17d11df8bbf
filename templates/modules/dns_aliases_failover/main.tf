# {% extends "modules/dns_aliases/main.tf" %}
# {% block title %}
# Names that lead here or to another region: to the primary, unless that is unwell and the secondary is well. An alias costs
# nothing, and follows the addresses of its target.
# {% endblock %}
# {% block health %}
evaluate_target_health = true # what has no healthy task is not led to
# {% endblock %}
# {% block routing %}

set_identifier  = var.environment
health_check_id = var.health_check_id

failover_routing_policy {
  type = var.role
}
# {% endblock %}
