module "@{own.made.label}" {
  source = "@{own.module_name}"

  # {% if own.has_one_topic %}
  topic_arn = "@{own.topic}"
  # {% endif %}
  # {% if own.alarms %}
  alarms = "@{own.alarms}"
  # {% endif %}
  # {% if own.expressions %}
  expressions = "@{own.expressions}"
  # {% endif %}
}
