variable "root_arn" {
  type        = string
  description = "ARN of the root authority, ready to issue."
}

# {% include "parts/private_ca_variables.tf" %}

# {% include "parts/private_ca_revocation_variable.tf" %}

variable "validity_in_years" {
  type        = number
  description = "Years that the certificate is valid: fewer than the root's, more than those of what it issues."
}
