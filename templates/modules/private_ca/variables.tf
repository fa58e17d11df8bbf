# {% include "parts/private_ca_variables.tf" %}

variable "validity_in_years" {
  type        = number
  description = "Years that the root certificate is valid."
}
