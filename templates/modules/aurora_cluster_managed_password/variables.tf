# {% extends "modules/aurora_cluster/variables.tf" %}
# {% block master_password %}
variable "secrets_kms_key_arn" {
  type        = string
  description = "Key that encrypts the master secret."
}
# {% endblock %}
