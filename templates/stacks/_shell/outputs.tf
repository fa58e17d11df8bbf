# {% for output in outputs %}
output "@{output.name}" {
  description = "@{output.description}"
  value       = "@{output.value}"
  # {% if output.is_sensitive %}
  sensitive = true
  # {% endif %}
}

# {% endfor %}
