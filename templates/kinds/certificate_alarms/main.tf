module "certificate_events" {
  source = "../modules/certificate_events"

  system    = "@{own.system}"
  rule_name = "@{own.rule_name}"
  topic_arn = "@{own.topic_arn}"
  # {% if own.names %}
  names = "@{own.names}"
  # {% endif %}
  # {% if own.has_private %}
  domain = "@{own.domain}"
  # {% endif %}
  # {% if own.arns %}
  arns = "@{own.arns}"
  # {% endif %}
}
