# {% extends "modules/web_acl_tuned/variables.tf" %}
# {% block countries %}

variable "countries" {
  type        = list(string)
  description = "Countries whose requests are let in, as ISO 3166 writes them."

  # AWS: GeoMatchStatement, AWS WAFV2 API Reference.
  validation {
    condition     = length(var.countries) >= 1 && length(var.countries) <= 50 && alltrue([for code in var.countries : can(regex("^[A-Z]{2}$", code))])
    error_message = "1 to 50 countries of two capital letters."
  }
}
# {% endblock %}
