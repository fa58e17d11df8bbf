variable "zone_id" {
  type        = string
  description = "Id of the hosted zone of these names."
}

variable "targets" {
  type        = map(object({ name = string, zone_id = string }))
  description = "Where each name leads: the name that AWS gave the target, and the hosted zone of that."
}
# {% block more %}
# {% endblock %}
