# {% include "parts/private_ca_variables.tf" %}
# {% if variant.issues %}

# {% include "parts/private_ca_revocation_variable.tf" %}
# {% endif %}

variable "validity_in_years" {
  type        = number
  description = "Years that the root certificate is valid."
}
