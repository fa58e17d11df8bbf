# {% extends "modules/rds_instance/variables.tf" %}
# {% block source %}
variable "source_arn" {
  type        = string
  description = "ARN of the instance that it is a copy of, in another region."

  # AWS: CreateDBInstanceReadReplica, Amazon RDS API Reference: of another region by its ARN alone.
  validation {
    condition     = can(regex("^arn:[a-z-]+:rds:[a-z0-9-]+:[0-9]{12}:db:[a-z](-?[a-z0-9])*$", var.source_arn))
    error_message = "An instance's ARN is arn:aws:rds:<region>:<account>:db:<identifier>."
  }
}
# {% endblock %}
# {% block database_name %}
# {% endblock %}
# {% block storage %}
variable "largest_storage" {
  type        = number
  default     = null
  description = "GiB that the disk may grow to; it does not grow by itself when left out."
}
# {% endblock %}
# {% block final_snapshot %}
# {% endblock %}
