module "@{own.made.label}" {
  source = "@{own.module_name}"

  # {% if own.is_plain %}
  topic_arn = "@{own.topic}"
  # {% endif %}
  # {% if own.alarms %}
  alarms = "@{own.alarms}"
  # {% endif %}
  # {% if own.expressions %}
  expressions = "@{own.expressions}"
  # {% endif %}
}
