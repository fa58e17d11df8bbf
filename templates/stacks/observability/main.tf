module "alerts" {
  source = "../modules/alerts_topic"

  name        = "@{topic.name}"
  account_id  = "@{topic.account_id}"
  kms_key_arn = local.security.key_messages_arn
}
# {% if has_addresses %}

module "alerts_email" {
  source = "../modules/alerts_email"

  topic_arn = module.alerts.arn
  addresses = "@{topic.addresses}"
}
# {% endif %}
