module "alerts" {
  source = "../modules/alerts_topic"

  name       = "@{own.name}"
  account_id = "@{own.account}"
  # {% if own.publishers %}
  publishers = "@{own.publishers}"
  # {% endif %}
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
}
# {% if own.addresses %}

module "alerts_email" {
  source = "../modules/alerts_email"

  topic_arn = module.alerts.arn
  addresses = "@{own.addresses}"
}
# {% endif %}
