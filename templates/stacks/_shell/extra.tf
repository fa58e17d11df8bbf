locals {
  # {% for name, value in values %}
  "@{name}" = "@{value}"
  # {% endfor %}
}
