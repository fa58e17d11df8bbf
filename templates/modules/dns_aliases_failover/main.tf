# {% extends "modules/dns_aliases/main.tf" %}
# {% block title %}
# Names that lead here or to another region: to the primary, unless that is unwell and the secondary is well. An alias costs
# nothing, and follows the addresses of its target.
# {% endblock %}
# {% block health %}
# The primary's health check alone decides: CodeDeploy leaves one of two target groups empty, which Route 53 would take for
# unhealthy. The secondary has none: it is not led to as long as it has no healthy task.
evaluate_target_health = var.role == "SECONDARY"
# {% endblock %}
# {% block routing %}

set_identifier  = var.environment
health_check_id = var.health_check_id

failover_routing_policy {
  type = var.role
}
# {% endblock %}
